import { createPublicKey } from 'node:crypto';
import { judgeProof } from './dpop';
import { problem, type PlatformAnswer, type PlatformRequest } from './http';
import { decodeToken, isSignedBy, type Json } from './read-token';
import type { SigningKeys } from './signing-keys';
import { apiAudience } from './voucher';

export interface AccessTerms {
  readonly scheme: 'Bearer' | 'DPoP';
  readonly keys: SigningKeys;
  readonly issuer: string;
  /** What htu of a proof must be: the URL without its query. */
  readonly url: string;
  readonly now: number;
}

const unauthorized = (reason: string): PlatformAnswer => problem(401, 'Unauthorized', reason, '015-9991');

/** The client of a voucher for the platform's own API, or the answer that refuses it. */
export async function accessOf(
  { method, headers }: PlatformRequest,
  terms: AccessTerms,
): Promise<{ readonly clientId: string } | PlatformAnswer> {
  const [scheme = '', voucher = ''] = (headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() !== terms.scheme.toLowerCase()) return unauthorized(`the scheme is not ${terms.scheme}`);
  const claims = await verifiedClaims(voucher, terms);
  if (typeof claims === 'string') return unauthorized(claims);
  const bound = (claims['cnf'] as Json | undefined)?.['jkt'];
  if (terms.scheme === 'DPoP') {
    const proof = await judgeProof(headers['dpop'], { method, url: terms.url, voucher, now: terms.now });
    if (typeof proof === 'string') return unauthorized(proof);
    if (proof.thumbprint !== bound) return unauthorized('the voucher is bound to another key');
  } else if (bound !== undefined) return unauthorized('a bound voucher is not accepted as Bearer');
  return { clientId: String(claims['client_id']) };
}

async function verifiedClaims(voucher: string, { keys, issuer, now }: AccessTerms): Promise<Json | string> {
  const token = decodeToken(voucher);
  const jwk = (keys.jwks().keys as readonly Json[]).find(({ kid }) => kid === token?.header['kid']);
  if (token === undefined || jwk === undefined) return 'the voucher is not of this platform';
  if (!(await isSignedBy(voucher, createPublicKey({ key: jwk, format: 'jwk' }), ['RS256']))) {
    return 'the signature of the voucher does not hold';
  }
  const { exp, aud } = token.claims;
  if (typeof exp !== 'number' || exp <= now) return 'the voucher has expired';
  return aud === apiAudience(issuer) ? token.claims : 'the voucher is not for the API of the platform';
}
