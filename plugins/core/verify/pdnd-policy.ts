import type { AuthorizationScheme } from '../errors';
import { ConfigError } from '../schema';
import { publicBase } from './public-url';

/** What a voucher of the platform, and its proof, must be. Compiled: data, no I/O. */
export interface PdndPolicy {
  readonly issuer: string;
  /** Accepted typ of a voucher, in lower case, without `application/`. */
  readonly voucherTypes: ReadonlySet<string>;
  readonly schemes: readonly AuthorizationScheme[];
  /** Each undefined: not looked at. */
  readonly producerId: string | undefined;
  readonly eserviceId: string | undefined;
  readonly descriptorIds: ReadonlySet<string> | undefined;
  readonly dpop: DpopPolicy;
}

export interface DpopPolicy {
  /** Where callers reach this service: origin, and the path in front of the one that the gateway sees. */
  readonly publicBases: readonly string[];
  readonly algorithms: ReadonlySet<string>;
  /** Greatest age of a proof by its iat, in seconds. */
  readonly maxAge: number;
  /** Whether jwk may hold members beyond those that make the key. */
  readonly furtherMembers: boolean;
}

/** The fields of `pdnd` that the judges look at. */
export interface PdndPolicyConfig {
  readonly producer_id: string | null;
  readonly eservice_id: string | null;
  readonly descriptor_ids: readonly string[] | null;
  readonly voucher: 'bearer' | 'dpop' | 'any';
  readonly voucher_types: readonly string[];
  readonly dpop: {
    readonly public_urls: readonly string[] | null;
    readonly algorithms: readonly string[];
    readonly max_age: number;
    readonly further_jwk_members: boolean;
  };
}

/** @throws ConfigError for a public URL that is none, or none where proofs are taken. */
export function compilePdndPolicy(config: PdndPolicyConfig, issuer: string): PdndPolicy {
  const { dpop } = config;
  const urls = dpop.public_urls ?? [];
  if (config.voucher !== 'bearer' && urls.length === 0) {
    throw new ConfigError(
      'pdnd.dpop.public_urls',
      `voucher: ${config.voucher} needs the public URL of this service, which proofs name in htu`,
    );
  }
  return {
    issuer,
    voucherTypes: new Set(config.voucher_types),
    schemes: SCHEMES[config.voucher],
    producerId: config.producer_id ?? undefined,
    eserviceId: config.eservice_id ?? undefined,
    descriptorIds: config.descriptor_ids === null ? undefined : new Set(config.descriptor_ids),
    dpop: {
      publicBases: urls.map((url, index) => publicBase(url, `pdnd.dpop.public_urls[${index + 1}]`)),
      algorithms: new Set(dpop.algorithms),
      maxAge: dpop.max_age,
      furtherMembers: dpop.further_jwk_members,
    },
  };
}

const SCHEMES = { bearer: ['Bearer'], dpop: ['DPoP'], any: ['Bearer', 'DPoP'] } as const;
