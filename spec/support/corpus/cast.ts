import type { Party, TestRequest } from '../requests';

/** Who appears in the corpus. */
export interface Cast {
  /** PEM of the anchor. */
  readonly anchor: string;
  /** Trusted through the anchor: one chain per kind of key. */
  readonly ec: Party;
  readonly rsa: Party;
  readonly p384: Party;
  readonly p521: Party;
  /** Trusted through the anchor, another organisation. */
  readonly other: Party;
  /** PEM of a certificate that is pinned, and its holder. */
  readonly pinnedPem: string;
  readonly pinned: Party;
  /** Signer certificates that must be refused, each with the code expected. */
  readonly refused: readonly { readonly name: string; readonly party: Party; readonly code: string }[];
}

/** One request of the corpus. */
export interface Case {
  readonly name: string;
  /** Which configuration it is sent to: a key of CONFIGS. */
  readonly route: RouteName;
  /** Absent: the request must be accepted. */
  readonly code?: string;
  readonly status?: number;
  make(cast: Cast, now: number): TestRequest;
}

export type RouteName = keyof typeof CONFIGS;

/** The configurations of the corpus, without trust and audience, which are the same for all. */
export const CONFIGS = {
  auth01: { patterns: ['ID_AUTH_REST_01'] },
  auth02: { patterns: ['ID_AUTH_REST_02'] },
  integrity: { patterns: ['ID_AUTH_REST_01', 'INTEGRITY_REST_01'] },
  unique: { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] },
  always: { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'], empty_body: 'always' },
  lenient: {
    patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'],
    digest_encodings: ['base64', 'hex'],
    require_signed_content_headers: false,
  },
  strict: {
    patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'],
    algorithms: ['ES256'],
    digest_algorithms: ['SHA-512'],
    required_signed_headers: ['x-request-purpose'],
    max_token_size: 4096,
    max_body_size: 1000,
    max_lifetime: 120,
    max_age: 60,
    clock_skew: 0,
    identity: { claim: 'client_id' },
  },
  separate: {
    patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'],
    integrity_audience: ['https://api.ente.example/integrity'],
  },
} as const;
