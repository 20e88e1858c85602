import type { KeyApiVersion } from './types';

/** Where the platform is and how much is asked of it. Times in seconds; URLs of http or https. */
export interface PdndSettings {
  /** The JWK Set of the authorization server. */
  readonly jwksUri: string;
  /** Longest time between two fetches of the JWK Set. */
  readonly jwksRefresh: number;
  /** An unknown kid makes the JWK Set be fetched no more often than this. */
  readonly jwksCooldown: number;
  /** How long keys serve after the platform was last heard of: then 503. */
  readonly maxStale: number;
  /** Hosts of the URLs that may lead to private, loopback or link-local addresses. */
  readonly privateHosts: readonly string[];
  /** PEM texts of the authorities of the platform's TLS; null: those of the system. */
  readonly ca: readonly string[] | null;
  /** Null: no participant keys, vouchers only. */
  readonly keyApi: KeyApiSettings | null;
}

/** The platform's API, asked with a voucher of our own. */
export interface KeyApiSettings {
  readonly version: KeyApiVersion;
  /** With the version, without a slash at the end: `https://api.interop.pagopa.it/v3`. */
  readonly uri: string;
  /** The JWK Set that answers of v3 are signed with. */
  readonly answerKeysUri: string;
  readonly client: OwnClientSettings;
  /** How long a participant's key serves before it is fetched again. */
  readonly keyLife: number;
  /** How long a kid that the platform does not know is not asked for again. */
  readonly unknownLife: number;
  /** Look-ups of unknown kids that one source may cause at once, and again in each `budgetPeriod`. */
  readonly budget: number;
  readonly budgetPeriod: number;
  /** Null: deletions are noticed at the end of `keyLife`. */
  readonly events: EventSettings | null;
  /** Whether names of clients, organisations and purposes are looked up. */
  readonly parties: boolean;
}

/** Our client of the kind "api interop". */
export interface OwnClientSettings {
  readonly id: string;
  /** Path (absolute, or relative to MODI_HOME) or text of the private RSA key, PEM or JWK. */
  readonly key: string;
  /** Null: the RFC 7638 thumbprint, which is what the platform makes of an uploaded key. */
  readonly kid: string | null;
  readonly tokenUri: string;
  /** aud of the client assertion. */
  readonly audience: string;
}

export interface EventSettings {
  /** Between two looks at the events. */
  readonly interval: number;
  /** Folder (absolute, or relative to MODI_HOME) for what must survive a restart; null: nothing does. */
  readonly directory: string | null;
}
