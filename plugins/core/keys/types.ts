import type { X509Certificate } from 'node:crypto';
import type { CompactSigner, KeyReference, SignatureAlgorithm } from '../sign';

/** Where a signing key comes from and how it shall be used, as configured. */
export interface KeySettings {
  /** Path of a file (absolute, or relative to MODI_HOME), or the PEM or JWK text itself. */
  readonly file: string;
  readonly format: 'auto' | 'pem' | 'jwk' | 'pkcs12';
  readonly password: string | null;
  readonly password_file: string | null;
  readonly kid: string | null;
  /** Path or PEM text of the certificate, or of the chain; null when it is inside `file`, or not needed. */
  readonly certificate: string | null;
  /** Null: the natural one of the key. */
  readonly algorithm: SignatureAlgorithm | null;
  /** `thumbprint`: the kid as configured, else named by a JWK, else the RFC 7638 thumbprint. */
  readonly reference: KeyReference | 'kid' | 'thumbprint';
}

/** A key that may sign now: it belongs to its certificate, is strong enough, and the certificate is valid. Immutable. */
export interface SigningKey {
  readonly signer: CompactSigner;
  /** Signer first, then those above it; empty for a key that is known by its kid alone. */
  readonly certificates: readonly X509Certificate[];
  /** Subject of the certificate, else the kid: what logs call it. */
  readonly name: string;
  /** Which key it is, for records: the thumbprint of its certificate, else the kid. */
  readonly reference: string;
  /** Seconds since the epoch; without certificate a key never ends. */
  readonly notBefore: number;
  readonly notAfter: number;
}
