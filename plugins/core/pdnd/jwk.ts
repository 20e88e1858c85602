import { createHash, createPublicKey, type JsonWebKey } from 'node:crypto';
import type { JsonObject } from '../token';
import { signerKeyOf, type SignerKey } from '../trust';

/** A public key that may sign, with its members and nothing else. */
export interface PublicJwk {
  readonly key: SignerKey;
  readonly jwk: JsonObject;
  /** RFC 7638. */
  readonly thumbprint: string;
}

/** RFC 7518 6.2.1, 6.3.1, in the order in which RFC 7638 wants them. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  RSA: ['e', 'kty', 'n'],
};

/** Nobody publishes these by intention (RFC 7518 6.2.2, 6.3.2, 6.4.1). */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * Reads a JWK from the platform. Answers what is wrong with it, in ASCII, when no signature may be believed for it.
 * Members that do not make the key (kid, use, alg, x5c and others) are not looked at here.
 */
export function readPublicJwk(value: JsonObject): PublicJwk | string {
  const members = typeof value['kty'] === 'string' ? MEMBERS[value['kty']] : undefined;
  if (members === undefined) return 'of another type than RSA and EC';
  if (PRIVATE.some((name) => name in value)) return 'a private key';
  if (members.some((name) => typeof value[name] !== 'string')) return 'incomplete';
  const jwk = Object.fromEntries(members.map((name) => [name, value[name]]));
  const key = signerKey(jwk);
  if (typeof key === 'string') return key;
  return { key, jwk, thumbprint: createHash('sha256').update(JSON.stringify(jwk)).digest('base64url') };
}

function signerKey(jwk: JsonWebKey): SignerKey | string {
  try {
    const key = signerKeyOf(createPublicKey({ key: jwk, format: 'jwk' }));
    return key.type === 'unacceptable' ? key.found : key;
  } catch (error) {
    // Node's refusal of numbers that are no key: DOM-like errors with a code, or OpenSSL's.
    if (error instanceof Error && 'code' in error) return 'no key at all';
    throw error;
  }
}
