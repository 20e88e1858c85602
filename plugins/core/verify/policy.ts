import { ConfigError } from '../schema';
import { compileParty, type PartyConfig } from './party-policy';
import { signerCacheFor } from './signer-cache';
import type { Policy, RevocationJudge, SignerDirectory } from './types';

/** The fields of the configuration that the judges look at. */
export interface PolicyConfig extends PartyConfig {
  readonly patterns: readonly string[];
  readonly audience: readonly string[];
  readonly integrity_audience: readonly string[] | null;
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

/**
 * Compiles a configuration and its trust into what the checks read.
 * @throws ConfigError when the patterns cannot be combined.
 */
export function compilePolicy(config: PolicyConfig, signers: SignerDirectory, revocation?: RevocationJudge): Policy {
  const authentication = authenticationOf(config.patterns);
  const integrity = config.patterns.includes('INTEGRITY_REST_01');
  const algorithms = new Set(config.algorithms);
  return {
    authentication,
    unique: authentication === 'ID_AUTH_REST_02',
    integrity,
    audience: {
      ID_AUTH: new Set(config.audience),
      INTEGRITY: new Set(config.integrity_audience ?? config.audience),
    },
    algorithms,
    signers,
    revocation,
    signerCache: signerCacheFor(signers.id, algorithms),
    maxAge: config.max_age,
    clockSkew: config.clock_skew,
    maxLifetime: config.max_lifetime,
    maxTokenSize: config.max_token_size,
    maxBodySize: config.max_body_size,
    tokenOnEmptyBody: ['always', 'any_request_response_payload'].includes(config.empty_body),
    digestAlgorithms: new Set(config.digest_algorithms),
    digestEncodings: new Set(config.digest_encodings),
    requireSignedContentHeaders: config.require_signed_content_headers,
    requiredSignedHeaders: config.required_signed_headers ?? [],
    party: compileParty(config, integrity ? ['ID_AUTH', 'INTEGRITY'] : ['ID_AUTH']),
  };
}

function authenticationOf(patterns: readonly string[]): Policy['authentication'] {
  const [first = false, second = false] = ['ID_AUTH_REST_01', 'ID_AUTH_REST_02'].map((id) => patterns.includes(id));
  if (first && second) {
    throw new ConfigError('patterns', 'ID_AUTH_REST_02 includes ID_AUTH_REST_01; name one of them');
  }
  if (!first && !second) {
    const found = patterns.join(', ');
    throw new ConfigError('patterns', `${found} needs ID_AUTH_REST_01 or ID_AUTH_REST_02 beside it`);
  }
  return second ? 'ID_AUTH_REST_02' : 'ID_AUTH_REST_01';
}
