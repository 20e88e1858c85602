import { VerificationError } from '../errors';
import { decodeJsonPart, type JsonObject } from '../token';
import { MAX_JTI_CHARACTERS } from './check-jti';
import { kindOf } from './printable';
import { proven, tokenOf } from './proven';
import type { Check } from './types';

/** RFC 9449 4.3 (3): jti, htm, htu, iat and, in front of a service, ath are there, each of its type. */
export const checkDpopClaims: Check = {
  id: 'dpop-claims',
  title: { en: 'claims', it: 'claim' },
  token: 'DPOP',
  run(verification) {
    const token = tokenOf(verification, 'DPOP');
    const { dpop } = proven(verification.policy.pdnd, 'the policy of vouchers');
    const raw = decodeJsonPart(proven(token.parts, 'form').payload, 'payload');
    if (typeof raw === 'string') throw new VerificationError('MODI_TOKEN_MALFORMED', { reason: raw }, 'DPOP');
    for (const claim of ['htm', 'htu', 'ath']) text(raw, claim);
    const jti = text(raw, 'jti');
    if (jti.length > MAX_JTI_CHARACTERS) {
      const found = `${jti.length} characters`;
      throw new VerificationError('MODI_JTI_MALFORMED', { max: MAX_JTI_CHARACTERS, found }, 'DPOP');
    }
    const iat = time(raw['iat']);
    // A proof states no end: it ends with the age at which it is no longer accepted.
    token.claims = {
      ...{ iat, exp: iat + dpop.maxAge, nbf: undefined, aud: [] },
      ...{ iss: undefined, sub: undefined, clientId: undefined, jti, raw },
    };
  },
  proved: (verification) => Object.keys(proven(tokenOf(verification, 'DPOP').claims, 'claims').raw).join(' '),
};

function text(raw: JsonObject, claim: string): string {
  const value = raw[claim];
  if (value === undefined) throw new VerificationError('MODI_CLAIM_MISSING', { claim }, 'DPOP');
  if (typeof value === 'string' && value !== '') return value;
  throw new VerificationError(
    'MODI_CLAIM_TYPE',
    { claim, expected: 'a non-empty string', found: kindOf(value) },
    'DPOP',
  );
}

function time(value: unknown): number {
  if (value === undefined) throw new VerificationError('MODI_CLAIM_MISSING', { claim: 'iat' }, 'DPOP');
  // JSON has no infinity, but 1e999 parses to it.
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  const found = kindOf(value);
  throw new VerificationError('MODI_CLAIM_TYPE', { claim: 'iat', expected: 'a number of seconds', found }, 'DPOP');
}
