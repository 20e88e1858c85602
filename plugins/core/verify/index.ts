import { checkAuthorization } from './check-authorization';
import { checkCaller } from './check-caller';
import { checkClaimRules } from './check-claim-rules';
import { checkDigest } from './check-digest';
import { checkDigestHeader } from './check-digest-header';
import { checkIdentity } from './check-identity';
import { checkPayload } from './check-payload';
import { checkSameSigner } from './check-same-signer';
import { checkSignatureHeader } from './check-signature-header';
import { checkSignedHeaders } from './check-signed-headers';
import { checkWholeRepresentation } from './check-whole-representation';
import { tokenChecks } from './token-checks';
import type { Check, Headers, Policy, Verification } from './types';

const AUTHENTICATION: readonly Check[] = [checkAuthorization, ...tokenChecks('ID_AUTH')];
const INTEGRITY_PRESENCE: readonly Check[] = [checkWholeRepresentation, checkDigestHeader, checkSignatureHeader];
const INTEGRITY_TOKEN: readonly Check[] = [...tokenChecks('INTEGRITY'), checkSameSigner, checkSignedHeaders];
const BODY: readonly Check[] = [checkPayload, checkDigest];
const PARTY: readonly Check[] = [checkCaller, checkIdentity, checkClaimRules];

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
  tokens: ({ policy, tokens }: Verification): Iterable<Check> => tokenStage(policy, tokens),
  body: ({ policy }: Verification): Iterable<Check> => (policy.integrity ? BODY : []),
  party: (): Iterable<Check> => PARTY,
};

function* tokenStage(policy: Policy, tokens: Verification['tokens']): Generator<Check> {
  yield* AUTHENTICATION;
  if (!policy.integrity) return;
  yield* INTEGRITY_PRESENCE;
  // Known by now: the presence check has found the token, or found that it may be absent.
  if (tokens.INTEGRITY !== undefined) yield* INTEGRITY_TOKEN;
}

/** A request to be judged at `now` (seconds since the epoch). */
export const newVerification = (policy: Policy, headers: Headers, now: number): Verification => ({
  policy,
  headers,
  now,
  tokens: {},
});

/** Runs a stage. @throws Refusal at the first check that does not hold. */
export function runStage(checks: Iterable<Check>, verification: Verification): void {
  for (const check of checks) check.run(verification);
}

export { compilePolicy } from './policy';
export { compileAnswerPolicy } from './answer-policy';
export type { AnswerPolicyConfig } from './answer-policy';
export { answerChecks, newAnswerVerification, verifyAnswer } from './answer';
export type { Answer, AnswerCheckResult, AnswerExpectations, AnswerJudgement } from './answer';
export { replayEntries } from './replay-keys';
export type { Check, Headers, Policy, RevocationJudge, SignerDirectory, TokenState, Verification } from './types';
