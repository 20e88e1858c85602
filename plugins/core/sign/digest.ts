import { createHash } from 'node:crypto';

/** The algorithms of ModI SEC-DS, in the spelling that GovWay and RFC 5843 use on the wire. */
export type DigestAlgorithm = 'SHA-256' | 'SHA-384' | 'SHA-512';

/**
 * The value of the `Digest` header (RFC 3230 4.3.2) over the bytes as they are sent: after Content-Encoding, before
 * transfer coding. Always base64 with padding; hexadecimal is refused by most verifiers.
 */
export function digestHeader(body: Uint8Array, algorithm: DigestAlgorithm = 'SHA-256'): string {
  return `${algorithm}=${createHash(algorithm.replace('-', '')).update(body).digest('base64')}`;
}
