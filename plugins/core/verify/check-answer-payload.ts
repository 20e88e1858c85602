import { VerificationError } from '../errors';
import { bodyElsewhere } from './check-answer-presence';
import { proven } from './proven';
import type { Check } from './types';

/** 3.3 for answers: a body has its Digest; an empty one has it when the policy wants it, or stands for another body. */
export const checkAnswerPayload: Check = {
  id: 'answer-payload',
  title: { en: 'what the body requires', it: 'cosa richiede il corpo' },
  run({ answer, body, digest, policy }) {
    const { length } = proven(body, 'body');
    if (length > policy.maxBodySize) {
      throw new VerificationError('MODI_BODY_TOO_LARGE', { found: length, max: policy.maxBodySize });
    }
    const empty = length === 0;
    if (empty && bodyElsewhere(proven(answer, 'answer'))) return;
    if (empty && !policy.tokenOnEmptyBody) {
      if (digest !== undefined) throw new VerificationError('MODI_DIGEST_UNEXPECTED');
      return;
    }
    if (digest === undefined) throw new VerificationError('MODI_DIGEST_MISSING');
  },
  proved: ({ body, digest }) =>
    `body of ${proven(body, 'body').length} bytes, ${digest === undefined ? 'no Digest' : 'Digest'}`,
};
