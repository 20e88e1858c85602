import type { Certificate } from '../certificate';
import type { JwkSet } from './read-jwks';
import type { SignerKey } from '../types';

/** Where trusted JSON Web Keys come from, as configured. Times in seconds. */
export interface JwksConfig {
  /** Paths of files (absolute, or relative to MODI_HOME), JWK Set texts, or https URLs. */
  readonly sources: readonly string[];
  /** PEM of the authorities of the servers behind URLs; undefined: those of the platform. */
  readonly ca: readonly string[] | undefined;
  /** Longest time between two fetches of a URL. */
  readonly refresh: number;
  /** How long a set counts after it was fetched last. */
  readonly maxStale: number;
  /** Hosts that may lead to private addresses. */
  readonly privateHosts: readonly string[];
  /** For keys with a certificate, as TrustConfig has it. */
  readonly extendedKeyUsage: readonly string[] | null;
}

/** A key that a trusted set holds, and that may sign tokens. */
export interface TrustedKey {
  /** Printable ASCII, at most 256 characters. */
  readonly kid: string;
  /** SHA-256 of the key by RFC 7638, in base64url. */
  readonly thumbprint: string;
  readonly key: SignerKey;
  /** The only algorithm it may be used with; undefined: any that fits. */
  readonly algorithm: string | undefined;
  /** The first of its x5c, which is for this very key. */
  readonly certificate: Certificate | undefined;
}

/** A source of keys, and what it holds. */
export interface KeySource {
  /** What is in hand, set by set; another object when it has changed. */
  readonly sets: readonly JwkSet[];
  find(kid: string): TrustedKey | undefined;
  /** Whether what it holds still counts at `now`; a source that does not, may hold any key. */
  isUsable(now: number): boolean;
}
