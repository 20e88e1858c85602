import type { KeyObject } from 'node:crypto';
import type { CertificateIssuer, CertificateLink } from '../revocation';
import type { Certificate } from './certificate';

/** What the pack tells of a certificate, compiled once. Times are seconds since the epoch. */
export interface CertificateFacts {
  /** Subject as one line in the order of the certificate, characters of RFC 4514 2.4 escaped, e.g. `CN=x,OU=y,O=z`. */
  readonly subject: string;
  readonly issuer: string;
  /** Serial number in hexadecimal, upper case. */
  readonly serial: string;
  /** SHA-256 of the DER in base64url: the value of x5t#S256. */
  readonly thumbprint: string;
  /** Attribute 2.5.4.97 of the subject, where present (`CF:IT-…`, `VATIT-…`). */
  readonly organizationIdentifier: string | undefined;
  /** CN of the subject, where there is exactly one. */
  readonly commonName: string | undefined;
  /** Every OU of the subject. */
  readonly organizationalUnits: readonly string[];
  /** Names beside the subject, each with its kind: `DNS:…`, `URI:…`, `email:…`, `IP:…`; other kinds are left out. */
  readonly alternativeNames: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
}

export type SignerKey =
  | { readonly type: 'RSA'; readonly bits: number; readonly key: KeyObject }
  | { readonly type: 'EC'; readonly curve: 'P-256' | 'P-384' | 'P-521'; readonly key: KeyObject };

/** A signer that the trust material vouches for: the outcome of a path, or of a pin. */
export interface Signer {
  /** Of a key without certificate: what stands in for one. */
  readonly certificate: CertificateFacts;
  readonly key: SignerKey;
  /** Signer first, anchor last; the pinned certificate alone when it was pinned; empty for a key without certificate. */
  readonly path: readonly CertificateFacts[];
  /** jwk: a key of a trusted JWK Set; without certificate its facts say `kid:…`, and its thumbprint is of RFC 7638. */
  readonly trustedBy: 'anchor' | 'pin' | 'jwk';
  /** The path in DER, for evidence. */
  readonly chain: readonly Buffer[];
  /** The only algorithm that this key may be used with; absent: any that fits the key. */
  readonly algorithm?: string;
  /** What revocation is asked about: each certificate of the path below the anchor, with who issued it. */
  readonly links: readonly CertificateLink[];
  /** The whole path is valid in [notBefore, notAfter]. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** What to trust, as configured. Each source is PEM text, or the path of a file or of a folder. */
export interface TrustConfig {
  readonly anchors: readonly string[] | null;
  readonly certificates: readonly string[] | null;
  /** Most certificates of a path, signer and anchor counted; also most certificates in x5c. */
  readonly maxChain: number;
  /** Dotted object identifiers; null: any usage. */
  readonly extendedKeyUsage: readonly string[] | null;
  /** Opens the PKCS#12 containers among the files. */
  readonly password?: string | undefined;
  /** Whether others may be trusted beside these: then it may be empty. */
  readonly isPartial?: boolean;
  /** Where in the configuration this stands, for errors; `trust` when absent. */
  readonly fieldPrefix?: string;
}

/** Compiled trust: immutable, without clock and I/O. */
export interface TrustMaterial {
  /** Hash of all that a verdict depends on: two materials of one id give the same answers. */
  readonly id: string;
  readonly maxChain: number;
  readonly extendedKeyUsage: readonly string[] | null;
  readonly anchorsBySubject: ReadonlyMap<string, readonly Certificate[]>;
  /** Pinned signers by x5t#S256. */
  readonly pinned: ReadonlyMap<string, Certificate>;
  /** The anchors as issuers of revocation lists. */
  readonly issuers: readonly CertificateIssuer[];
  /** What is configured, for reports and for warnings of expiry. */
  readonly facts: { readonly anchors: readonly CertificateFacts[]; readonly certificates: readonly CertificateFacts[] };
  /** As resolveByChain. */
  byChain(x5c: readonly Buffer[], now: number): Signer;
  /** As resolveByThumbprint. */
  byThumbprint(thumbprint: string, now: number): Signer;
}
