import { createHash } from 'node:crypto';
import type { HandedOver, Material } from '../core/evidence';
import type { Headers, TokenState, Verification } from '../core/verify';
import type { BodyEvidence } from './body-evidence';
import { revocationMaterials } from './revocation-material';
import { materialOf } from './signer-material';

/** Bound to a content or a person by its signature, no credential: kept whole. Every other token could be sent again. */
const KEPT_WHOLE: readonly string[] = ['INTEGRITY', 'AUDIT'];
const TRACKING = 'agid-jwt-trackingevidence';

/** What a line of evidence says, and what it refers to. */
export interface RequestEvidence {
  readonly content: Readonly<Record<string, unknown>>;
  readonly materials: readonly Material[];
}

/** The evidence of an accepted request: what modi-verify has found out, and the bytes it found it out from. */
export function requestEvidence(
  { verification, attempt, weak }: HandedOver,
  body: BodyEvidence | undefined,
): RequestEvidence {
  const { client, digest, body: facts } = verification;
  const states = Object.values(verification.tokens);
  const tokens: Record<string, unknown> = Object.fromEntries(states.map((token) => [token.kind, tokenEvidence(token)]));
  const tracking = verification.headers.get(TRACKING);
  if (tracking !== undefined && !('AUDIT' in tokens)) {
    tokens['TRACKING'] = { token: tracking.join(', '), verified: false };
  }
  return {
    content: {
      client,
      attempt,
      ...(weak ? { replay: 'weak' } : {}),
      tokens,
      headers: coveredHeaders(verification),
      body: {
        ...(facts === undefined ? {} : { bytes: facts.length }),
        ...(digest === undefined ? {} : { digest: `${digest.algorithm}=${digest.bytes.toString('base64')}` }),
        ...body,
      },
      trust_version: verification.policy.signers.id,
    },
    materials: states.flatMap((token) => [materialOf(token) ?? [], revocationMaterials(token)].flat()),
  };
}

/**
 * A token whole, or without its signature: then the hash of the whole string lets who still has it, such as the platform
 * that issued it, prove that it was this one.
 */
function tokenEvidence(token: TokenState): Record<string, unknown> {
  const { kind, text, reference, kid = reference?.kid, revocation } = token;
  const answers = revocationMaterials(token);
  return {
    token: KEPT_WHOLE.includes(kind) ? text : text.slice(0, text.lastIndexOf('.')),
    sha256: createHash('sha256').update(text, 'latin1').digest('hex'),
    material: materialOf(token)?.id,
    kid,
    revocation,
    ...(answers.length === 0 ? {} : { revocation_materials: answers.map(({ id }) => id) }),
  };
}

/** The headers that the integrity token covers, as they were received. */
function coveredHeaders({ tokens, headers }: Verification): Record<string, readonly string[]> {
  const signed = tokens.INTEGRITY?.claims?.raw['signed_headers'];
  const names = Array.isArray(signed)
    ? signed.flatMap((one: unknown) => (typeof one === 'object' && one !== null ? Object.keys(one) : []))
    : [];
  return Object.fromEntries(names.flatMap((name) => entryOf(headers, name.toLowerCase())));
}

const entryOf = (headers: Headers, name: string): [string, readonly string[]][] => {
  const values = headers.get(name);
  return values === undefined ? [] : [[name, values]];
};
