import { bodyElsewhere } from './check-answer-presence';
import { checkDigest } from './check-digest';
import { proven } from './proven';
import type { Check } from './types';

/** As for requests; an answer to HEAD, and a 304, carry the digest of a body that is not there to be hashed. */
export const checkAnswerDigest: Check = {
  ...checkDigest,
  run(verification) {
    const { answer, body } = verification;
    if (proven(body, 'body').length === 0 && bodyElsewhere(proven(answer, 'answer'))) return;
    checkDigest.run(verification);
  },
  proved: (verification) => {
    const { answer, body, digest } = verification;
    if (body?.length === 0 && digest !== undefined && bodyElsewhere(proven(answer, 'answer'))) {
      return `${digest.algorithm} of a body that is not sent`;
    }
    return checkDigest.proved(verification);
  },
};
