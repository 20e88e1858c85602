import type { KeyObject } from 'node:crypto';

/** An authority, as far as its revocation lists are concerned. */
export interface CertificateIssuer {
  /** Its subject, DER in hexadecimal. */
  readonly name: string;
  /** SHA-256 of its certificate in base64url. */
  readonly thumbprint: string;
  readonly key: KeyObject;
  readonly maySignLists: boolean;
}

/** One certificate to be asked about, and who issued it: somebody trusted by a path, never somebody merely named. */
export interface CertificateLink {
  /** For texts. */
  readonly subject: string;
  /** Content of the serial number's INTEGER, zeros in front left out. */
  readonly serial: Buffer;
  /** DER in hexadecimal. */
  readonly issuerName: string;
  readonly isAuthority: boolean;
  /** URIs of its cRLDistributionPoints. */
  readonly distributionPoints: readonly string[];
  /** URIs of the OCSP responders that it names. */
  readonly responders: readonly string[];
  readonly issuer: CertificateIssuer;
}

/** `required`: every certificate below the anchor needs a current list. `if_present`: only where one is in hand. */
export type RevocationPolicy = 'required' | 'if_present';

/**
 * What revocation says of a path that is not refused. grace: a list that counted had ended, no longer ago than agreed;
 * unchecked: nothing current speaks about some certificate.
 */
export type RevocationOutcome = 'good' | 'grace' | 'unchecked';

/** What somebody entitled to it has said of certificates, as it was said. One object as long as it is in hand. */
export interface RevocationAnswer {
  /** A list (RFC 5280 5.1), or the response of a responder (RFC 6960 4.2.1). */
  readonly kind: 'crl' | 'ocsp';
  readonly der: Buffer;
  /** Where it came from: a URL, or how logs call the file. */
  readonly source: string;
  /** Of a list: its cRLNumber (RFC 5280 5.2.3), in hexadecimal. */
  readonly number?: string | undefined;
  /** Seconds since the epoch. */
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  /** When it came into our hands. */
  readonly retrievedAt: number;
}

/** The outcome for a path, and the answers it rests on. */
export interface RevocationVerdict {
  readonly outcome: RevocationOutcome;
  readonly answers: readonly RevocationAnswer[];
}

/** Answers from what is in hand whether certificates are revoked at `now` (seconds); throws VerificationError when they are. */
export interface RevocationJudge {
  judge(links: readonly CertificateLink[], now: number): RevocationVerdict;
  /** What to wait for before judging; undefined, as nearly always: nothing. Absent where nobody is asked. */
  ask?(links: readonly CertificateLink[], now: number): Promise<void> | undefined;
}

/** Whoever is trusted as an issuer when it is called. */
export type IssuerList = () => readonly CertificateIssuer[];

/** Where lists come from and what they mean, as configured. Times in seconds. */
export interface RevocationConfig {
  /** Paths of files (absolute, or relative to MODI_HOME), PEM texts, or http(s) URLs. */
  readonly crls: readonly string[];
  readonly policy: RevocationPolicy;
  /** Longest time between two fetches of a URL. */
  readonly refresh: number;
  /** How long a list still counts after its nextUpdate. */
  readonly grace: number;
  /** Hosts that may lead to private addresses. */
  readonly privateHosts: readonly string[];
  /** The authorities that are trusted at the moment; lists that name one of them must be signed by it. */
  readonly issuers: IssuerList;
  /** Names the trust that `issuers` asks: configurations of one trust share what they fetch. */
  readonly trustId: string;
}
