import type { ChannelFacts } from '../channel';
import { checkAuthorization } from './check-authorization';
import { checkCaller } from './check-caller';
import { checkChannel } from './check-channel';
import { checkChannelParty } from './check-channel-party';
import { checkClaimRules } from './check-claim-rules';
import { checkDigest } from './check-digest';
import { checkDigestHeader } from './check-digest-header';
import { checkIdentity } from './check-identity';
import { checkPayload } from './check-payload';
import { checkSameSigner } from './check-same-signer';
import { checkSignatureHeader } from './check-signature-header';
import { checkSignedHeaders } from './check-signed-headers';
import { checkWholeRepresentation } from './check-whole-representation';
import { auditChecks, INTEGRITY_BESIDE_VOUCHER, INTEGRITY_BY_PARTICIPANT, voucherChecks } from './pdnd-checks';
import { tokenChecks } from './token-checks';
import type { Check, Headers, Policy, RequestLine, Verification } from './types';

const AUTHENTICATION: readonly Check[] = [checkAuthorization, ...tokenChecks('ID_AUTH')];
const INTEGRITY_PRESENCE: readonly Check[] = [checkWholeRepresentation, checkDigestHeader, checkSignatureHeader];
const INTEGRITY_TOKEN: readonly Check[] = [...tokenChecks('INTEGRITY'), checkSameSigner('INTEGRITY')];
const BODY: readonly Check[] = [checkPayload, checkDigest];
const PARTY: readonly Check[] = [checkCaller, checkChannelParty, checkIdentity, checkClaimRules];

/**
 * The order of a request, stage by stage (pipelines 2.2 and 3.4 of the REST tokens):
 *
 * - `tokens`: all that can be judged from the headers alone, before a byte of the body is read;
 * - `body`: what the body's length and digest decide;
 * - `party`: who is calling.
 *
 * After the last stage the caller claims `replayEntries` in one atomic step: a token counts as used only when
 * everything else about it was right.
 */
export const stages = {
  tokens: (verification: Verification): Iterable<Check> => tokenStage(verification),
  body: ({ policy }: Verification): Iterable<Check> => (policy.integrity === undefined ? [] : BODY),
  party: (): Iterable<Check> => PARTY,
};

function* tokenStage(verification: Verification): Generator<Check> {
  const { policy, tokens } = verification;
  yield checkChannel;
  if (policy.pdnd === undefined) yield* AUTHENTICATION;
  else yield* voucherChecks(verification);
  if (policy.audit !== undefined) yield* auditChecks(verification);
  if (policy.integrity === undefined) return;
  yield* INTEGRITY_PRESENCE;
  // Known by now: the presence check has found the token, or found that it may be absent.
  if (tokens.INTEGRITY === undefined) return;
  yield* integrityChecks(policy);
  yield checkSignedHeaders;
}

function integrityChecks({ integrity, pdnd }: Policy): readonly Check[] {
  if (integrity === 'INTEGRITY_REST_02') return INTEGRITY_BY_PARTICIPANT;
  return pdnd === undefined ? INTEGRITY_TOKEN : INTEGRITY_BESIDE_VOUCHER;
}

/** A request to be judged at `now` (seconds since the epoch); `request` where the policy takes proofs that cover it. */
export const newVerification = (
  policy: Policy,
  headers: Headers,
  now: number,
  request?: RequestLine,
  channel?: ChannelFacts,
): Verification => ({
  policy,
  headers,
  now,
  tokens: {},
  ...(request === undefined ? {} : { request }),
  ...(channel === undefined ? {} : { channel }),
});

export { runStage } from './run-stage';
export { compilePolicy, patternsOf } from './policy';
export type { PolicyParts } from './policy';
export { combinationOf } from './pattern-combination';
export { compileAuditPolicy } from './audit-policy';
export type { AuditPolicy } from './audit-policy';
export { compilePdndPolicy } from './pdnd-policy';
export type { PdndPolicy } from './pdnd-policy';
export { compileAnswerPolicy } from './answer-policy';
export type { AnswerPolicyConfig } from './answer-policy';
export { answerChecks, newAnswerVerification, verifyAnswer } from './answer';
export type { Answer, AnswerCheckResult, AnswerExpectations, AnswerJudgement } from './answer';
export { replayEntries } from './replay-keys';
export type { Check, Headers, Policy, RequestLine, SignerDirectory, TokenState, Verification } from './types';
