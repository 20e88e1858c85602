import type { ChannelPolicy } from '../channel';
import type { TokenKind } from '../errors';
import type { AuditPolicy } from './audit-policy';
import { compileParty, type PartyConfig } from './party-policy';
import { combinationOf } from './pattern-combination';
import type { PdndPolicy } from './pdnd-policy';
import { signerCacheFor } from './signer-cache';
import type { RevocationJudge } from '../revocation';
import type { Policy, SignerDirectory } from './types';

/** The fields of the configuration that the judges look at. */
export interface PolicyConfig extends PartyConfig {
  readonly patterns: readonly string[];
  readonly audience: readonly string[];
  readonly integrity_audience: readonly string[] | null;
  readonly audit_audience?: readonly string[] | null;
  readonly audit_max_age?: number | null;
  readonly algorithms: readonly string[];
  readonly max_age: number;
  readonly clock_skew: number;
  readonly max_lifetime: number;
  readonly max_token_size: number;
  readonly max_body_size: number;
  readonly empty_body: string;
  readonly digest_algorithms: readonly ('SHA-256' | 'SHA-384' | 'SHA-512')[];
  readonly digest_encodings: readonly ('base64' | 'hex')[];
  readonly require_signed_content_headers: boolean;
  readonly required_signed_headers: readonly string[] | null;
}

/** What a policy is compiled of besides the fields: each absent where the configuration does not use it. */
export interface PolicyParts {
  readonly revocation?: RevocationJudge | undefined;
  readonly pdnd?: PdndPolicy | undefined;
  readonly audit?: AuditPolicy | undefined;
  readonly channel?: ChannelPolicy | undefined;
}

/**
 * Compiles a configuration and its trust into what the checks read.
 * @throws ConfigError when the patterns cannot be combined.
 */
export function compilePolicy(
  config: PolicyConfig,
  signers: SignerDirectory,
  { revocation, pdnd, audit, channel }: PolicyParts = {},
): Policy {
  const { authentication, integrity } = combinationOf(config.patterns, pdnd !== undefined);
  const algorithms = new Set(config.algorithms);
  const audience = new Set(config.audience);
  return {
    authentication,
    unique: authentication === 'ID_AUTH_REST_02',
    integrity,
    pdnd,
    audit,
    audience: {
      ID_AUTH: audience,
      VOUCHER: audience,
      INTEGRITY: new Set(config.integrity_audience ?? config.audience),
      AUDIT: new Set(config.audit_audience ?? config.audience),
      // A proof names no audience: htu does.
      DPOP: new Set(),
    },
    algorithms,
    signers,
    revocation,
    signerCache: signerCacheFor(signers.id, algorithms),
    maxAge: {
      ID_AUTH: config.max_age,
      INTEGRITY: config.max_age,
      // Both are used for many requests, until they expire.
      VOUCHER: Infinity,
      AUDIT: config.audit_max_age ?? Infinity,
      DPOP: pdnd?.dpop.maxAge ?? 0,
    },
    clockSkew: config.clock_skew,
    maxLifetime: config.max_lifetime,
    maxTokenSize: config.max_token_size,
    maxBodySize: config.max_body_size,
    tokenOnEmptyBody: ['always', 'any_request_response_payload'].includes(config.empty_body),
    digestAlgorithms: new Set(config.digest_algorithms),
    digestEncodings: new Set(config.digest_encodings),
    requireSignedContentHeaders: config.require_signed_content_headers,
    requiredSignedHeaders: config.required_signed_headers ?? [],
    channel,
    party: compileParty(config, tokensOf(audit !== undefined, integrity !== undefined)),
  };
}

/** The tokens whose claims rules may speak of; a voucher stands in Authorization as any other token there. */
const tokensOf = (audit: boolean, integrity: boolean): readonly TokenKind[] => [
  'ID_AUTH',
  ...(audit ? (['AUDIT'] as const) : []),
  ...(integrity ? (['INTEGRITY'] as const) : []),
];

/** The patterns that an accepted request has satisfied, as they are told to the service and to the log. */
export const patternsOf = ({ authentication, audit, integrity, channel }: Policy): readonly string[] =>
  [authentication, audit?.pattern, integrity, channel && 'ID_AUTH_CHANNEL_02'].filter(
    (pattern) => pattern !== undefined,
  );
