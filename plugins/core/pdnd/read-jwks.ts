import type { JsonObject } from '../token';
import type { SignerKey } from '../trust';
import { readPublicJwk } from './jwk';
import { PlatformError } from './platform-error';
import { readJson } from './read-json';

const MAX_KEYS = 100;

/**
 * The keys of a JWK Set (RFC 7517 5) that RS256 signatures may be verified with, by kid. What is not for that is left
 * out: other uses, other algorithms, other types, no kid.
 *
 * @throws PlatformError for anything but a JWK Set with at least one such key, and for a kid that two of them share.
 */
export function readJwks(bytes: Buffer): ReadonlyMap<string, SignerKey> {
  const { keys } = readJson(bytes);
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) {
    throw new PlatformError(`the answer is no JWK Set of at most ${MAX_KEYS} keys`);
  }
  const found = new Map<string, SignerKey>();
  for (const jwk of keys as unknown[]) {
    if (typeof jwk !== 'object' || jwk === null || !isForRs256(jwk as JsonObject)) continue;
    const read = readPublicJwk(jwk as JsonObject);
    if (typeof read === 'string') continue;
    const { kid } = jwk as { readonly kid: string };
    if (found.has(kid)) throw new PlatformError('two keys of the JWK Set have the same kid');
    found.set(kid, read.key);
  }
  if (found.size === 0) throw new PlatformError('the JWK Set has no key for RS256');
  return found;
}

const isForRs256 = ({ kty, use, alg, kid }: JsonObject): boolean =>
  kty === 'RSA' &&
  (use === undefined || use === 'sig') &&
  (alg === undefined || alg === 'RS256') &&
  typeof kid === 'string' &&
  kid !== '';
