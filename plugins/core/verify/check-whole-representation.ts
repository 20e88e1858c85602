import { VerificationError } from '../errors';
import type { Check } from './types';

/** SIC 6.2: ranges are outside the pattern; what is signed is a whole representation. */
export const checkWholeRepresentation: Check = {
  id: 'whole-representation',
  title: { en: 'whole representation', it: 'rappresentazione intera' },
  run({ headers }) {
    for (const header of ['range', 'content-range']) {
      if (headers.has(header)) throw new VerificationError('MODI_RANGE_NOT_APPLICABLE', { header });
    }
  },
  proved: () => 'no Range, no Content-Range',
};
