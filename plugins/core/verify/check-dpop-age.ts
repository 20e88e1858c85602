import { VerificationError } from '../errors';
import { proven } from './proven';
import type { Check } from './types';

/** RFC 9449 4.3 (11), 11.1: the proof was made just now. */
export const checkDpopAge: Check = {
  id: 'dpop-age',
  title: { en: 'age', it: 'età' },
  token: 'DPOP',
  run({ now, policy, tokens }) {
    const { iat } = proven(tokens.DPOP?.claims, 'claims');
    const { clockSkew } = policy;
    const max = policy.maxAge.DPOP;
    if (iat - now > clockSkew) {
      throw new VerificationError('MODI_TOKEN_FROM_FUTURE', { ahead: Math.ceil(iat - now), max: clockSkew }, 'DPOP');
    }
    if (now - iat > max) {
      throw new VerificationError('MODI_TOKEN_TOO_OLD', { age: Math.ceil(now - iat), max }, 'DPOP');
    }
  },
  proved: ({ now, tokens }) => `issued ${Math.round(now - (tokens.DPOP?.claims?.iat ?? now))} s ago`,
};
