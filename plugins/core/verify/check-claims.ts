import { VerificationError, type TokenKind } from '../errors';
import { decodeJsonPart, type JsonObject } from '../token';
import { kindOf } from './printable';
import { proven, tokenOf } from './proven';
import type { Check, Claims } from './types';

/**
 * Pipeline 2.2 row 3 and 3.4 row 6: the mandatory claims are there and every registered claim has its type
 * (RFC 7519 4.1). Only now, after the signature, is the payload decoded.
 */
export const checkClaims = (kind: TokenKind): Check => ({
  id: 'claims',
  title: { en: 'claims', it: 'claim' },
  token: kind,
  run(verification) {
    const token = tokenOf(verification, kind);
    const raw = decodeJsonPart(proven(token.parts, 'form').payload, 'payload');
    if (typeof raw === 'string') throw new VerificationError('MODI_TOKEN_MALFORMED', { reason: raw }, kind);
    token.claims = {
      iat: requiredTime(raw, 'iat', kind),
      exp: requiredTime(raw, 'exp', kind),
      nbf: kind === 'VOUCHER' ? requiredTime(raw, 'nbf', kind) : optionalTime(raw, 'nbf', kind),
      aud: audience(raw, kind),
      iss: optionalText(raw, 'iss', kind),
      sub: optionalText(raw, 'sub', kind),
      clientId: optionalText(raw, 'client_id', kind),
      // Its form is judged by check-jti, which refuses what is not usable.
      jti: typeof raw['jti'] === 'string' ? raw['jti'] : undefined,
      raw,
    };
    if (kind === 'INTEGRITY' && raw['signed_headers'] === undefined) throw missing('signed_headers', kind);
  },
  proved: (verification) => Object.keys(claimsOf(verification, kind).raw).join(' '),
});

const claimsOf = (verification: Parameters<Check['run']>[0], kind: TokenKind): Claims =>
  proven(tokenOf(verification, kind).claims, 'claims');

const missing = (claim: string, kind: TokenKind): VerificationError =>
  new VerificationError('MODI_CLAIM_MISSING', { claim }, kind);

const wrongType = (claim: string, expected: string, value: unknown, kind: TokenKind): VerificationError =>
  new VerificationError('MODI_CLAIM_TYPE', { claim, expected, found: kindOf(value) }, kind);

function requiredTime(raw: JsonObject, claim: string, kind: TokenKind): number {
  const time = optionalTime(raw, claim, kind);
  if (time === undefined) throw missing(claim, kind);
  return time;
}

function optionalTime(raw: JsonObject, claim: string, kind: TokenKind): number | undefined {
  const value = raw[claim];
  if (value === undefined) return undefined;
  // JSON has no infinity, but 1e999 parses to it.
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw wrongType(claim, 'a number of seconds', value, kind);
  }
  return value;
}

function optionalText(raw: JsonObject, claim: string, kind: TokenKind): string | undefined {
  const value = raw[claim];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '') throw wrongType(claim, 'a non-empty string', value, kind);
  return value;
}

function audience(raw: JsonObject, kind: TokenKind): readonly string[] {
  const value = raw['aud'];
  if (value === undefined) throw missing('aud', kind);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((one) => typeof one === 'string')) {
    throw wrongType('aud', 'a string or an array of strings', value, kind);
  }
  // The platform joins the audiences of a voucher with commas into one string.
  return kind === 'VOUCHER' ? list.flatMap((one: string) => one.split(',').map((part) => part.trim())) : list;
}
