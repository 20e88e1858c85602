import { VerificationError, type TokenKind } from '../errors';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/**
 * Pipeline 2.2 row 3: iat neither too old nor ahead, exp not passed, nbf reached, lifetime acceptable. The skew
 * widens exp, nbf and an iat ahead of us; the age of iat is already a tolerance and stands as configured.
 */
export const checkTimes = (kind: TokenKind): Check => ({
  id: 'times',
  title: { en: 'times', it: 'tempi' },
  token: kind,
  run(verification) {
    const { now, policy } = verification;
    const { iat, exp, nbf } = proven(tokenOf(verification, kind).claims, 'claims');
    const { clockSkew, maxAge, maxLifetime } = policy;
    if (exp <= iat || exp - iat > maxLifetime) {
      throw new VerificationError('MODI_TOKEN_LIFETIME', { found: Math.round(exp - iat), max: maxLifetime }, kind);
    }
    if (iat - now > clockSkew) {
      throw new VerificationError('MODI_TOKEN_FROM_FUTURE', { ahead: Math.ceil(iat - now), max: clockSkew }, kind);
    }
    if (now - exp >= clockSkew) {
      throw new VerificationError('MODI_TOKEN_EXPIRED', { ago: Math.floor(now - exp), skew: clockSkew }, kind);
    }
    if (now - iat > maxAge) {
      throw new VerificationError('MODI_TOKEN_TOO_OLD', { age: Math.ceil(now - iat), max: maxAge }, kind);
    }
    if (nbf !== undefined && nbf - now > clockSkew) {
      throw new VerificationError('MODI_TOKEN_NOT_YET_VALID', { ahead: Math.ceil(nbf - now), max: clockSkew }, kind);
    }
  },
  proved: (verification) => {
    const { iat, exp } = proven(tokenOf(verification, kind).claims, 'claims');
    return `issued ${Math.round(verification.now - iat)} s ago, expires in ${Math.round(exp - verification.now)} s`;
  },
});
