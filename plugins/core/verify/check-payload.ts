import { VerificationError } from '../errors';
import { proven } from './proven';
import type { Check } from './types';

/** 3.3, the empty payload: with a body token and Digest are due; without one, as `empty_body` says. */
export const checkPayload: Check = {
  id: 'payload',
  title: { en: 'what the body requires', it: 'cosa richiede il corpo' },
  run({ body, digest, policy, tokens }) {
    const { length } = proven(body, 'body');
    if (length > policy.maxBodySize) {
      throw new VerificationError('MODI_BODY_TOO_LARGE', { found: length, max: policy.maxBodySize });
    }
    if (length === 0 && !policy.tokenOnEmptyBody) {
      if (digest !== undefined) throw new VerificationError('MODI_DIGEST_UNEXPECTED');
      return;
    }
    if (tokens.INTEGRITY === undefined) throw new VerificationError('MODI_SIGNATURE_HEADER_MISSING', {}, 'INTEGRITY');
    if (digest === undefined) throw new VerificationError('MODI_DIGEST_MISSING');
  },
  proved: ({ body, tokens }) =>
    `body of ${proven(body, 'body').length} bytes, ${tokens.INTEGRITY === undefined ? 'no token due' : 'token present'}`,
};
