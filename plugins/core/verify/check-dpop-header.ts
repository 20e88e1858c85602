import { VerificationError } from '../errors';
import { tokenOf } from './proven';
import type { Check } from './types';

/** RFC 9449 4.3 (1): exactly one DPoP header, with one proof in it; the platform refuses lists, and so do we. */
export const checkDpopHeader: Check = {
  id: 'dpop-header',
  title: { en: 'DPoP header', it: 'intestazione DPoP' },
  token: 'DPOP',
  run({ headers, tokens }) {
    const values = headers.get('dpop') ?? [];
    const [text] = values;
    if (text === undefined || text === '') throw new VerificationError('MODI_DPOP_MISSING', {}, 'DPOP');
    const count = values.flatMap((value) => value.split(',')).length;
    if (count > 1) throw new VerificationError('MODI_DPOP_DUPLICATE', { count }, 'DPOP');
    tokens.DPOP = { kind: 'DPOP', text };
  },
  proved: (verification) => `one proof, ${tokenOf(verification, 'DPOP').text.length} bytes`,
};
