import { createHash, createPublicKey, type JsonWebKey } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { decodeBase64Url, type JsonObject } from '../token';
import { signerKeyOf, type SignerKey } from '../trust';

/** The public key in the header of a proof. */
export interface ProofKey {
  readonly key: SignerKey;
  /** RFC 7638, in base64url. */
  readonly thumbprint: string;
  /** Members beyond those that make the key. */
  readonly further: readonly string[];
}

export type ProofKeyProblem =
  { readonly problem: 'private' } | { readonly problem: 'unusable'; readonly reason: string };

/** RFC 7638 3.2: the members that make a key, in the order in which they are hashed. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = { RSA: ['e', 'kty', 'n'], EC: ['crv', 'kty', 'x', 'y'] };

/** Private members of RSA, EC and symmetric keys (RFC 7518 6). */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * Reads a jwk that a stranger sent: a public key, strong enough to be believed, of which nothing private is told. The
 * same key as the last time is not read again.
 */
export function readProofKey(jwk: JsonObject): ProofKey | ProofKeyProblem {
  if (PRIVATE.some((name) => Object.hasOwn(jwk, name))) return { problem: 'private' };
  const { kty } = jwk;
  const names = typeof kty === 'string' && Object.hasOwn(MEMBERS, kty) ? MEMBERS[kty] : undefined;
  if (names === undefined) return unusable('kty is neither RSA nor EC');
  const missing = names.find((name) => typeof jwk[name] !== 'string');
  if (missing !== undefined) return unusable(`${missing} is missing or no string`);
  const bent = names.filter((name) => /^[enxy]$/.test(name)).find((name) => !isBase64Url(jwk[name] as string));
  if (bent !== undefined) return unusable(`${bent} is not base64url`);
  const canonical = JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]])));
  const key = keyOf(canonical);
  if (key === undefined) return unusable('no such key exists');
  if (key.type === 'unacceptable') return unusable(`it is ${key.found}`);
  const thumbprint = createHash('sha256').update(canonical).digest('base64url');
  return { key, thumbprint, further: Object.keys(jwk).filter((name) => !names.includes(name)) };
}

const unusable = (reason: string): ProofKeyProblem => ({ problem: 'unusable', reason });

/** 8 KiB is far beyond the largest key that is believed. */
const isBase64Url = (text: string): boolean => text.length <= 8192 && decodeBase64Url(text) !== undefined;

type Known = SignerKey | { readonly type: 'unacceptable'; readonly found: string };

/** A client proves itself with one key over and over; compiling it costs more than checking its signature. */
const compiled = new LRUCache<string, Known>({ max: 2000 });

function keyOf(canonical: string): Known | undefined {
  const known = compiled.get(canonical);
  if (known !== undefined) return known;
  try {
    const key = signerKeyOf(createPublicKey({ key: JSON.parse(canonical) as JsonWebKey, format: 'jwk' }));
    compiled.set(canonical, key);
    return key;
  } catch {
    // The platform's words about a point on no curve, or a curve of another name, are of no use to the caller.
    return undefined;
  }
}
