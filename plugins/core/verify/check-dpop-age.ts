import { VerificationError } from '../errors';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/** RFC 9449 4.3 (11), 11.1: the proof was made just now. */
export const checkDpopAge: Check = {
  id: 'dpop-age',
  title: { en: 'age', it: 'età' },
  token: 'DPOP',
  run(verification) {
    const { now, policy } = verification;
    const { iat } = proven(tokenOf(verification, 'DPOP').claims, 'claims');
    const { clockSkew } = policy;
    const max = policy.maxAge.DPOP;
    if (iat - now > clockSkew) {
      throw new VerificationError('MODI_TOKEN_FROM_FUTURE', { ahead: Math.ceil(iat - now), max: clockSkew }, 'DPOP');
    }
    if (now - iat > max) {
      throw new VerificationError('MODI_TOKEN_TOO_OLD', { age: Math.ceil(now - iat), max }, 'DPOP');
    }
  },
  proved: (verification) => {
    const { iat } = proven(tokenOf(verification, 'DPOP').claims, 'claims');
    return `issued ${Math.round(verification.now - iat)} s ago`;
  },
};
