import { VerificationError } from '../errors';
import { proven } from './proven';
import type { Check } from './types';

/** SIC 6.2: what is signed is a whole representation, and 206 is the only status that carries less (RFC 9110 15.3.7). */
export const checkAnswerWhole: Check = {
  id: 'answer-whole-representation',
  title: { en: 'whole representation', it: 'rappresentazione intera' },
  run({ answer }) {
    if (proven(answer, 'answer').status === 206) throw new VerificationError('MODI_ANSWER_PARTIAL');
  },
  proved: ({ answer }) => `status ${proven(answer, 'answer').status}`,
};
