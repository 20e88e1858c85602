import type { KeyObject } from 'node:crypto';
import type { CertificateIssuer, CertificateLink, RevocationAnswer } from '../types';

/** A certificate that may sign answers, as its reader found it. */
export interface ResponderCertificate {
  /** SHA-256 of the whole certificate: one that was renewed has another, also with the same key. */
  readonly thumbprint: string;
  /** Its subject, DER in hexadecimal. */
  readonly name: string;
  readonly key: KeyObject;
  /** Seconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Itself, to be asked about in its issuer's lists; undefined: it need not be (id-pkix-ocsp-nocheck). */
  readonly link: CertificateLink | undefined;
}

/**
 * Reads the certificate of a delegated responder (RFC 6960 4.2.2.2): issued by this very authority, for signing
 * answers. Answers why it is none, as the rest of a sentence that begins with "the responder's certificate".
 */
export type DelegateReader = (der: Buffer, issuer: CertificateIssuer) => ResponderCertificate | string;

/** Where answers come from and what they mean, as configured. Times in seconds unless named otherwise. */
export interface OcspConfig {
  readonly policy: 'required' | 'if_present';
  /** Asked for every certificate, one after the other until one answers. */
  readonly responders: readonly string[];
  /** Hosts of responders that certificates name themselves, and that may be asked; with a port where it is not the scheme's own. */
  readonly hosts: readonly string[];
  /** Certificates whose answers are believed, whoever issued them. */
  readonly trustedResponders: readonly ResponderCertificate[];
  readonly nonce: boolean;
  readonly timeoutMs: number;
  /** Longest time between two questions about a certificate that is in use. */
  readonly refresh: number;
  /** Greatest age of an answer by its thisUpdate. */
  readonly maxAge: number;
  /** Hosts that may lead to private addresses. */
  readonly privateHosts: readonly string[];
}

/** What is in hand about a certificate. */
export type OcspVerdict =
  | { readonly status: 'good'; readonly answer: RevocationAnswer }
  | { readonly status: 'revoked'; readonly revokedAt: number; readonly reason: string }
  /** The responder has said that it does not know the certificate. */
  | { readonly status: 'unknown' }
  /** Nothing current; why, as the rest of a sentence. */
  | { readonly status: 'none'; readonly reason: string };
