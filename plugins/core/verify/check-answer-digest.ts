import { bodyElsewhere } from './check-answer-presence';
import { checkDigest } from './check-digest';
import { proven } from './proven';
import type { Check, Verification } from './types';

/** As for requests; an answer to HEAD, and a 304, carry the digest of a body that is not there to be hashed. */
export const checkAnswerDigest: Check = {
  ...checkDigest,
  run(verification) {
    if (isElsewhere(verification)) return;
    checkDigest.run(verification);
  },
  proved: (verification) => {
    const { digest } = verification;
    if (digest !== undefined && isElsewhere(verification)) {
      return `${digest.algorithm} of a body that is not sent`;
    }
    return checkDigest.proved(verification);
  },
};

const isElsewhere = ({ answer, body }: Verification): boolean =>
  proven(body, 'body').length === 0 && bodyElsewhere(proven(answer, 'answer'));
