import { createHash, createPublicKey, type JsonWebKey } from 'node:crypto';
import { decodeToken, foreignMember, isSignedBy, type Json } from './read-token';

/** As the platform's sample configuration has it, in seconds. */
const AHEAD = 10;
const LIFE = 60;

const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['kty', 'n', 'e'],
  EC: ['crv', 'kty', 'x', 'y'],
};

export interface Proof {
  readonly thumbprint: string;
  readonly jti: string;
}

export interface ProofTerms {
  readonly method: string;
  /** Compared as text, character by character. */
  readonly url: string;
  /** The voucher the proof must be bound to by ath; absent at the token endpoint, where ath is refused. */
  readonly voucher?: string;
  readonly now: number;
}

/** Judges a DPoP proof as the platform does (RFC 9449, strict sets of members). Answers the reason when it does not hold. */
export async function judgeProof(header: string | string[] | undefined, terms: ProofTerms): Promise<Proof | string> {
  if (typeof header !== 'string' || header.includes(',')) return 'there is not exactly one DPoP header';
  const token = decodeToken(header);
  if (token === undefined) return 'the proof is no compact JWS';
  const { header: jose, claims } = token;
  const problem = problemOfHeader(jose) ?? problemOfClaims(claims, terms);
  if (problem !== undefined) return problem;
  const jwk = jose['jwk'] as JsonWebKey;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  if (!(await isSignedBy(header, key, [String(jose['alg'])]))) return 'the signature of the proof does not hold';
  return { thumbprint: thumbprintOf(jwk), jti: String(claims['jti']) };
}

function problemOfHeader({ typ, alg, jwk, ...others }: Json): string | undefined {
  if (typ !== 'dpop+jwt') return 'typ is not dpop+jwt';
  if (alg !== 'RS256' && alg !== 'ES256') return 'alg is neither RS256 nor ES256';
  if (Object.keys(others).length > 0) return `the header has a member more: ${Object.keys(others).join(' ')}`;
  if (typeof jwk !== 'object' || jwk === null) return 'there is no jwk';
  const { kty } = jwk as JsonWebKey;
  const members = MEMBERS[kty ?? ''];
  if (members === undefined || (kty === 'RSA') !== (alg === 'RS256')) return 'the jwk does not fit alg';
  const foreign = foreignMember(jwk as Json, members);
  if (foreign !== undefined) return `jwk has a member more: ${foreign}`;
  return members.every((name) => typeof (jwk as Json)[name] === 'string') ? undefined : 'jwk lacks a member';
}

function problemOfClaims(claims: Json, { method, url, voucher, now }: ProofTerms): string | undefined {
  const { htm, htu, iat, jti, ath } = claims;
  const allowed = voucher === undefined ? ['htm', 'htu', 'iat', 'jti'] : ['htm', 'htu', 'iat', 'jti', 'ath'];
  const foreign = foreignMember(claims, allowed);
  if (foreign !== undefined) return `the claim ${foreign} is not admitted`;
  if (htm !== method) return `htm is not ${method}`;
  if (htu !== url) return `htu is not exactly ${url}`;
  if (typeof iat !== 'number' || iat > now + AHEAD || iat < now - LIFE) return 'iat is outside the window';
  if (typeof jti !== 'string' || jti === '') return 'there is no jti';
  if (voucher !== undefined && ath !== createHash('sha256').update(voucher).digest('base64url')) {
    return 'ath is not the hash of the voucher';
  }
  return undefined;
}

/** RFC 7638: the required members in alphabetical order, nothing between them. */
export function thumbprintOf(jwk: JsonWebKey): string {
  const members = [...(MEMBERS[jwk.kty ?? ''] ?? [])].sort();
  const canonical = JSON.stringify(Object.fromEntries(members.map((name) => [name, jwk[name as keyof JsonWebKey]])));
  return createHash('sha256').update(canonical).digest('base64url');
}
