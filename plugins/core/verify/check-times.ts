import { VerificationError, type TokenKind } from '../errors';
import { timeText } from './time-text';
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
    const { clockSkew, maxLifetime } = policy;
    const maxAge = policy.maxAge[kind];
    if (exp <= iat || exp - iat > maxLifetime) {
      throw new VerificationError('MODI_TOKEN_LIFETIME', { found: Math.round(exp - iat), max: maxLifetime }, kind);
    }
    if (iat - now > clockSkew) {
      const ahead = Math.ceil(iat - now);
      throw new VerificationError('MODI_TOKEN_FROM_FUTURE', { ahead, max: clockSkew, ...clocks(iat, now) }, kind);
    }
    if (now - exp >= clockSkew) {
      const ago = Math.floor(now - exp);
      throw new VerificationError('MODI_TOKEN_EXPIRED', { ago, skew: clockSkew, ...clocks(exp, now) }, kind);
    }
    if (now - iat > maxAge) {
      const age = Math.ceil(now - iat);
      throw new VerificationError('MODI_TOKEN_TOO_OLD', { age, max: maxAge, ...clocks(iat, now) }, kind);
    }
    if (nbf !== undefined && nbf - now > clockSkew) {
      const ahead = Math.ceil(nbf - now);
      throw new VerificationError('MODI_TOKEN_NOT_YET_VALID', { ahead, max: clockSkew, ...clocks(nbf, now) }, kind);
    }
  },
  proved: (verification) => {
    const { iat, exp } = proven(tokenOf(verification, kind).claims, 'claims');
    return `issued ${Math.round(verification.now - iat)} s ago, expires in ${Math.round(exp - verification.now)} s`;
  },
});

/** What the token says, and what our clock says: told in full disclosure and in the log. */
const clocks = (found: number, now: number): { readonly found: string; readonly expected: string } => ({
  found: timeText(found),
  expected: `our clock: ${timeText(now)}`,
});
