import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { CertificateFormatError, parseCertificate, type Certificate } from '../certificate';
import { problemOfPinned } from '../configured-certificates';
import { signerKeyOf, type UnacceptableKey } from '../key';
import { SourceError } from '../source-contents';
import type { SignerKey } from '../types';
import type { TrustedKey } from './types';

/** The keys of a set by kid. `skipped`: how many it holds that cannot sign tokens here. */
export interface JwkSet {
  readonly keys: ReadonlyMap<string, TrustedKey>;
  readonly skipped: number;
}

const MAX_KEYS = 1000;
const KID = /^[\x21-\x7e]{1,256}$/;
/** RFC 7518 6.2.2, 6.3.2, 6.4: members that only the owner of a key may have. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
const MAX_CERTIFICATE_CHARACTERS = 22_000;

/**
 * Reads a JWK Set (RFC 7517 5). Keys for something else, without kid, of unknown kinds, too weak, or with a certificate
 * that is not theirs are left out, as the RFC has it. `origin` is how errors call the set.
 *
 * @throws SourceError for anything but a set; one with private or symmetric keys, with two keys of one kid, or without
 * any key that can sign tokens.
 */
export function readJwks(bytes: Buffer, origin: string, usages: readonly string[] | null): JwkSet {
  const members = membersOf(bytes, origin);
  const keys = new Map<string, TrustedKey>();
  for (const member of members) {
    if (PRIVATE_MEMBERS.some((name) => name in member)) {
      throw new SourceError(`${origin} holds a private or symmetric key; only public keys belong here`);
    }
    const key = trustedKeyOf(member, usages);
    if (key === undefined) continue;
    if (keys.has(key.kid)) throw new SourceError(`${origin} holds two keys of one kid`);
    keys.set(key.kid, key);
  }
  if (keys.size === 0) throw new SourceError(`${origin} holds no key with a kid that can sign tokens`);
  return { keys, skipped: members.length - keys.size };
}

/** All of a set that a verdict depends on, in one order whatever the set's own: equal for sets that trust the same. */
export const contentOf = ({ keys }: JwkSet): string =>
  JSON.stringify(
    [...keys.values()]
      .map((key) => JSON.stringify([key.kid, key.thumbprint, key.algorithm, key.certificate?.thumbprint]))
      .toSorted(),
  );

/**
 * Every key of a set that is meant for signatures, whether it may be used here or not: what a report tells of it.
 * @throws SourceError for anything but a set.
 */
export const keysForSigning = (bytes: Buffer, origin: string): readonly MeantForSigning[] =>
  membersOf(bytes, origin).flatMap((member) => {
    const { kid, use, x5c } = member;
    const key = use === undefined || use === 'sig' ? publicKeyOf(member) : undefined;
    return key === undefined ? [] : [{ kid: typeof kid === 'string' ? kid : '', key: signerKeyOf(key), x5c }];
  });

/** A key as its set names it; `x5c` as written. */
export interface MeantForSigning {
  readonly kid: string;
  readonly key: SignerKey | UnacceptableKey;
  readonly x5c: unknown;
}

type Member = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Member =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function membersOf(bytes: Buffer, origin: string): readonly Member[] {
  let set: unknown;
  try {
    set = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new SourceError(`${origin} is no JSON`, { cause });
  }
  const keys = isRecord(set) ? set['keys'] : undefined;
  if (!Array.isArray(keys) || !keys.every(isRecord)) throw new SourceError(`${origin} is no JWK Set`);
  if (keys.length > MAX_KEYS)
    throw new SourceError(`${origin} holds ${keys.length} keys, at most ${MAX_KEYS} are read`);
  return keys;
}

/** Undefined for a key that cannot sign tokens here, or cannot be named. */
function trustedKeyOf(member: Member, usages: readonly string[] | null): TrustedKey | undefined {
  const { kid, use, key_ops: operations, alg } = member;
  if (typeof kid !== 'string' || !KID.test(kid)) return undefined;
  if (use !== undefined && use !== 'sig') return undefined;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return undefined;
  if (alg !== undefined && !(typeof alg === 'string' && ALGORITHMS.includes(alg))) return undefined;
  const platformKey = publicKeyOf(member);
  if (platformKey === undefined) return undefined;
  const key = signerKeyOf(platformKey);
  if (key.type === 'unacceptable') return undefined;
  const certificate = certificateOf(member['x5c'], platformKey, usages);
  if (certificate === 'unusable') return undefined;
  return { kid, thumbprint: thumbprintOf(platformKey), key, algorithm: alg, certificate };
}

function publicKeyOf({ kty, n, e, crv, x, y }: Member): KeyObject | undefined {
  if (kty !== 'RSA' && kty !== 'EC') return undefined;
  const jwk = kty === 'RSA' ? { kty, n, e } : { kty, crv, x, y };
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    // Members that make no key: RFC 7517 5 leaves such a key out.
    return undefined;
  }
}

/** RFC 7517 4.7: the first certificate is for this very key. It is believed as a pinned one is. */
function certificateOf(
  x5c: unknown,
  key: KeyObject,
  usages: readonly string[] | null,
): Certificate | 'unusable' | undefined {
  if (x5c === undefined) return undefined;
  const first: unknown = Array.isArray(x5c) ? x5c[0] : undefined;
  if (typeof first !== 'string' || first.length > MAX_CERTIFICATE_CHARACTERS) return 'unusable';
  try {
    const certificate = parseCertificate(Buffer.from(first, 'base64'));
    const isOfKey = certificate.key.type !== 'unacceptable' && certificate.key.key.equals(key);
    return isOfKey && problemOfPinned(certificate, usages) === undefined ? certificate : 'unusable';
  } catch (error) {
    if (error instanceof CertificateFormatError) return 'unusable';
    throw error;
  }
}

/** RFC 7638 3.2, over the platform's own encoding of the members: the same key has the same thumbprint. */
function thumbprintOf(key: KeyObject): string {
  const { crv, e, kty, n, x, y } = key.export({ format: 'jwk' });
  const members = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}
