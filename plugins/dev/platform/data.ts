/**
 * What the mock platform knows: the declarative part, as YAML or JSON hold it and as tests write it. Ids are UUIDs, as
 * they are on the national platform.
 */
export interface PlatformData {
  readonly organizations: readonly OrganizationData[];
  readonly clients: readonly ClientData[];
  readonly eservices: readonly EserviceData[];
  readonly purposes: readonly PurposeData[];
}

export interface OrganizationData {
  readonly id: string;
  readonly name: string;
  /** The register that knows the organisation, and its code there: `IPA`, `c_h501`. */
  readonly origin: string;
  readonly code: string;
}

export interface ClientData {
  readonly id: string;
  readonly name: string;
  /** Id of its organisation. */
  readonly organization: string;
  /** `consumer` calls e-services, `api` calls the platform's own API ("api interop"). */
  readonly kind: 'consumer' | 'api';
  /** Public RSA keys in PEM; never private ones. */
  readonly keys: readonly string[];
}

export interface EserviceData {
  readonly id: string;
  readonly name: string;
  /** Id of the organisation that offers it. */
  readonly producer: string;
  readonly descriptors: readonly DescriptorData[];
  /** Public keys of the producer's keychain, in PEM. */
  readonly keys?: readonly string[];
}

/** One version of an e-service. */
export interface DescriptorData {
  readonly id: string;
  readonly audience: readonly string[];
  /** Life of its vouchers in seconds. */
  readonly lifespan: number;
  readonly state: 'PUBLISHED' | 'DEPRECATED' | 'SUSPENDED' | 'ARCHIVED';
}

export interface PurposeData {
  readonly id: string;
  readonly title: string;
  /** Id of the organisation that consumes. */
  readonly consumer: string;
  readonly eservice: string;
  readonly descriptor: string;
  readonly state: 'ACTIVE' | 'SUSPENDED' | 'ARCHIVED';
  /** Ids of the clients that may ask for its vouchers. */
  readonly clients: readonly string[];
}
