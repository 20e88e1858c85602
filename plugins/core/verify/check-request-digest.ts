import { VerificationError } from '../errors';
import { kindOf } from './printable';
import { proven, tokenOf } from './proven';
import type { Check, Verification } from './types';

/**
 * PROFILE_NON_REPUDIATION_01 steps D and E: request_digest is the Digest of the request that was sent, text for text.
 * An answer that names another request is refused even where none was asked for: it is an answer to somebody else.
 */
export const checkRequestDigest: Check = {
  id: 'request-digest',
  title: { en: 'request_digest', it: 'request_digest' },
  token: 'INTEGRITY',
  run(verification) {
    const { requestDigest, requestDigestRequired } = proven(verification.answer, 'answer');
    const found = claimOf(verification);
    if (found === undefined) {
      if (!requestDigestRequired || requestDigest === undefined) return;
      throw new VerificationError('MODI_ANSWER_REQUEST_DIGEST_MISSING', {}, 'INTEGRITY');
    }
    if (typeof found !== 'string') {
      const params = { claim: 'request_digest', expected: 'a string', found: kindOf(found) };
      throw new VerificationError('MODI_CLAIM_TYPE', params, 'INTEGRITY');
    }
    if (found !== requestDigest) {
      throw new VerificationError('MODI_ANSWER_REQUEST_DIGEST_MISMATCH', {}, 'INTEGRITY');
    }
  },
  proved: (verification) =>
    claimOf(verification) === undefined ? 'absent, and not required' : 'the Digest of the request',
};

const claimOf = (verification: Verification): unknown =>
  proven(tokenOf(verification, 'INTEGRITY').claims, 'claims').raw['request_digest'];
