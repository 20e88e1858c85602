import type { TokenKind } from '../errors';
import { checkAudience } from './check-audience';
import { checkAuthorization } from './check-authorization';
import { checkCertificate } from './check-certificate';
import { checkClaims } from './check-claims';
import { checkDigest } from './check-digest';
import { checkDigestHeader } from './check-digest-header';
import { checkForm } from './check-form';
import { checkIdentity } from './check-identity';
import { checkJose } from './check-jose';
import { checkJti } from './check-jti';
import { checkKeyReference } from './check-key-reference';
import { checkPayload } from './check-payload';
import { checkSameSigner } from './check-same-signer';
import { checkSignature } from './check-signature';
import { checkSignatureHeader } from './check-signature-header';
import { checkSignedHeaders } from './check-signed-headers';
import { checkTimes } from './check-times';
import { checkWholeRepresentation } from './check-whole-representation';
import type { Check, Headers, Policy, Verification } from './types';

/** What every token goes through. Signature before claims: an unsigned statement is not worth reading. */
const tokenChecks = (kind: TokenKind): readonly Check[] => [
  checkForm(kind),
  checkJose(kind),
  checkKeyReference(kind),
  checkCertificate(kind),
  checkSignature(kind),
  checkClaims(kind),
  checkTimes(kind),
  checkAudience(kind),
  checkJti(kind),
];

const AUTHENTICATION: readonly Check[] = [checkAuthorization, ...tokenChecks('ID_AUTH')];
const INTEGRITY_PRESENCE: readonly Check[] = [checkWholeRepresentation, checkDigestHeader, checkSignatureHeader];
const INTEGRITY_TOKEN: readonly Check[] = [...tokenChecks('INTEGRITY'), checkSameSigner, checkSignedHeaders];
const BODY: readonly Check[] = [checkPayload, checkDigest];
const PARTY: readonly Check[] = [checkIdentity];

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
export { replayEntries } from './replay-keys';
export type { Check, Headers, Policy, SignerDirectory, TokenState, Verification } from './types';
