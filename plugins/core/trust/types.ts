import type { KeyObject } from 'node:crypto';

/** What the pack tells of a certificate, compiled once. Times are seconds since the epoch. */
export interface CertificateFacts {
  /** Subject as one line, RFC 4514 order of the certificate, e.g. `CN=x,OU=y,O=z`. */
  readonly subject: string;
  readonly issuer: string;
  /** Serial number in hexadecimal, upper case. */
  readonly serial: string;
  /** SHA-256 of the DER in base64url: the value of x5t#S256. */
  readonly thumbprint: string;
  /** Attribute 2.5.4.97 of the subject, where present (`CF:IT-…`, `VATIT-…`). */
  readonly organizationIdentifier: string | undefined;
  readonly notBefore: number;
  readonly notAfter: number;
}

export type SignerKey =
  | { readonly type: 'RSA'; readonly bits: number; readonly key: KeyObject }
  | { readonly type: 'EC'; readonly curve: 'P-256' | 'P-384' | 'P-521'; readonly key: KeyObject };

/** A signer that the trust material vouches for: the outcome of a path, or of a pin. */
export interface Signer {
  readonly certificate: CertificateFacts;
  readonly key: SignerKey;
  /** Signer first, anchor last; the pinned certificate alone when it was pinned. */
  readonly path: readonly CertificateFacts[];
  readonly trustedBy: 'anchor' | 'pin';
  /** The whole path is valid in [notBefore, notAfter]. */
  readonly notBefore: number;
  readonly notAfter: number;
}
