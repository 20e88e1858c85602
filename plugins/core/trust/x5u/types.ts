/** Which chains of certificates are fetched for tokens that name them by x5u, as configured. Times in seconds. */
export interface X5uConfig {
  /** Host names, or host:port for another port than 443. */
  readonly hosts: readonly string[];
  /** PEM of the authorities of these servers; undefined: those of the platform. */
  readonly ca: readonly string[] | undefined;
  /** A chain in use is fetched anew after this. */
  readonly refresh: number;
  /** How long a chain counts after it was fetched last. */
  readonly maxStale: number;
  /** Hosts that may lead to private addresses. */
  readonly privateHosts: readonly string[];
}

/** What a token says of its signer beside the URL. */
export interface UrlReference {
  readonly url: string;
  readonly x5c: readonly Buffer[] | undefined;
  readonly thumbprint: string | undefined;
}
