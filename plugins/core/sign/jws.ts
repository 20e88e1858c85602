import type { KeyObject } from 'node:crypto';
import type { SignatureAlgorithm } from './algorithm';

/** The protected header; ModI wants typ exactly `JWT` (SIC 5.3), some tests want it otherwise. */
export interface JoseHeader {
  readonly alg: SignatureAlgorithm;
  readonly [parameter: string]: unknown;
}

/**
 * A compact JWS (RFC 7515 7.1) over `payload` exactly as given: an object is serialised as JSON, bytes stay bytes.
 * Signed by jose, so that the gateway's verifier, which is built on node:crypto, meets tokens it has not made itself.
 *
 * @throws TypeError when key and `alg` do not fit (jose).
 */
export async function signJws(
  header: JoseHeader,
  payload: Readonly<Record<string, unknown>> | Uint8Array,
  key: KeyObject,
): Promise<string> {
  const { CompactSign } = await import('jose');
  const bytes = payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload));
  return new CompactSign(bytes).setProtectedHeader({ ...header }).sign(key);
}
