import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { signedHeaders, signJws, type HeaderList, type SignedToken } from '../../core/sign';
import type { Consumer } from './consumer';

/** A token before it is signed. */
export interface Draft {
  readonly jose: SignedToken['jose'];
  readonly claims: Readonly<Record<string, unknown>>;
  readonly key: KeyObject;
}

/** What all tokens of one request have in common. */
export interface Occasion {
  readonly consumer: Consumer;
  readonly audience: string;
  /** Seconds since the epoch. */
  readonly now: number;
  readonly ttl: number;
  readonly newId: () => string;
}

/** Signs a draft for the header it is sent in. */
export async function signed(header: SignedToken['header'], { jose, claims, key }: Draft): Promise<SignedToken> {
  return { header, jose, claims, jws: await signJws(jose, claims, key) };
}

const byKid = ({ consumer }: Occasion): Draft['jose'] => ({ alg: consumer.algorithm, typ: 'JWT', kid: consumer.kid });

function ofClient({ consumer, audience, now, ttl, newId }: Occasion): Record<string, unknown> {
  return { iss: consumer.clientId, aud: audience, iat: now, exp: now + ttl, jti: newId() };
}

/** TrackingEvidence (ModI AUDIT_REST_01/02): as long-lived as vouchers are, for it is used together with one. */
export function auditDraft(
  occasion: Occasion,
  tracked: Readonly<Record<string, unknown>>,
  dnonce: number | undefined,
): Draft {
  const { consumer } = occasion;
  const claims = {
    ...tracked,
    ...ofClient({ ...occasion, ttl: Math.max(occasion.ttl, AUDIT_LIFE) }),
    purposeId: consumer.purposeId,
    ...(dnonce === undefined ? {} : { dnonce }),
  };
  return { jose: byKid(occasion), claims, key: consumer.key };
}

const AUDIT_LIFE = 600;

/** Agid-JWT-Signature by kid (ModI INTEGRITY_REST_02). */
export function integrityDraft(occasion: Occasion, headers: HeaderList): Draft {
  const { consumer } = occasion;
  const claims = { ...ofClient(occasion), sub: consumer.clientId, signed_headers: signedHeaders(headers) };
  return { jose: byKid(occasion), claims, key: consumer.key };
}

/** A client assertion with the strict set of claims that the platform admits. */
export function assertionDraft({ consumer, now, newId }: Occasion, auditDigest: string | undefined): Draft {
  const { clientId } = consumer;
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: consumer.assertionAudience,
    jti: newId(),
    iat: now,
    exp: now + 60,
    purposeId: consumer.purposeId,
    ...(auditDigest === undefined ? {} : { digest: { alg: 'SHA256', value: auditDigest } }),
  };
  return { jose: { alg: 'RS256', typ: 'JWT', kid: consumer.kid }, claims, key: consumer.key };
}

/** A key for one voucher and its proofs, of no other use. */
export const newProofKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** A DPoP proof (RFC 9449 4.2); with a voucher it is bound to that one. */
export function proofDraft(
  { now, newId }: Pick<Occasion, 'now' | 'newId'>,
  key: KeyObject,
  request: { readonly method: string; readonly url: string; readonly voucher?: string },
): Draft {
  const { crv, kty, x, y } = createPublicKey(key).export({ format: 'jwk' });
  const claims = {
    htm: request.method,
    htu: request.url,
    iat: now,
    jti: newId(),
    ...(request.voucher === undefined ? {} : { ath: sha256(request.voucher).toString('base64url') }),
  };
  return { jose: { alg: 'ES256', typ: 'dpop+jwt', jwk: { crv, kty, x, y } }, claims, key };
}

/** Over the ASCII of the compact token, without a line break. */
export const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'latin1').digest();
