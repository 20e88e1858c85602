import type { DigestAlgorithm, DigestEncoding } from '../digest';
import { compilePolicy } from './policy';
import type { Algorithm, Policy, SignerDirectory } from './types';

/** What the receiver of an answer asks of it; what is not said is as modi-verify has it by default. */
export interface AnswerPolicyConfig {
  /** Who we are to the provider: accepted values of aud. */
  readonly audience: readonly string[];
  readonly algorithms?: readonly Algorithm[];
  readonly maxAge?: number;
  readonly clockSkew?: number;
  readonly maxLifetime?: number;
  readonly maxTokenSize?: number;
  readonly maxBodySize?: number;
  /** Whether an answer without a body must be signed. */
  readonly tokenOnEmptyBody?: boolean;
  readonly digestAlgorithms?: readonly DigestAlgorithm[];
  readonly digestEncodings?: readonly DigestEncoding[];
  readonly requiredSignedHeaders?: readonly string[];
}

const ALGORITHMS: readonly Algorithm[] = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];

/** The policy of a receiver of answers, on the signers it trusts. */
export function compileAnswerPolicy(config: AnswerPolicyConfig, signers: SignerDirectory): Policy {
  return compilePolicy(
    {
      // An answer carries the integrity token alone; the compiler wants an authentication beside it.
      patterns: ['ID_AUTH_REST_01', 'INTEGRITY_REST_01'],
      audience: config.audience,
      integrity_audience: null,
      algorithms: config.algorithms ?? ALGORITHMS,
      max_age: config.maxAge ?? 300,
      clock_skew: config.clockSkew ?? 5,
      max_lifetime: config.maxLifetime ?? 86_400,
      max_token_size: config.maxTokenSize ?? 16_384,
      max_body_size: config.maxBodySize ?? 52_428_800,
      empty_body: config.tokenOnEmptyBody === true ? 'always' : 'only_with_payload',
      digest_algorithms: config.digestAlgorithms ?? ['SHA-256', 'SHA-384', 'SHA-512'],
      digest_encodings: config.digestEncodings ?? ['base64'],
      require_signed_content_headers: true,
      required_signed_headers: config.requiredSignedHeaders ?? null,
      identity: { claim: 'certificate' },
    },
    signers,
  );
}
