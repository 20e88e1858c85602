import { digestOfBody, type BodyFacts } from '../digest';
import { hintOf, Refusal, type Localized, type ModiCode, type TokenKind } from '../errors';
import { checkAnswerDigest } from './check-answer-digest';
import { checkAnswerPayload } from './check-answer-payload';
import { checkAnswerPresence } from './check-answer-presence';
import { checkAnswerWhole } from './check-answer-whole';
import { checkDigestHeader } from './check-digest-header';
import { checkRequestDigest } from './check-request-digest';
import { checkSignedHeaders } from './check-signed-headers';
import { tokenChecks } from './token-checks';
import type { AnswerFacts, Check, Headers, Policy, Verification } from './types';

/** An answer as its receiver got it. */
export interface Answer {
  readonly status: number;
  /** Lower-case names, values as byte strings. */
  readonly headers: Headers;
  /** The bytes as received, compressed content still compressed; or what is known of them, by the answer's algorithm. */
  readonly body: Buffer | BodyFacts;
}

/** What the receiver knows of its own request; what is left out is not asked for. */
export interface AnswerExpectations {
  /** GET when absent. */
  readonly method?: string;
  /** The Digest header of the request, as it was sent. */
  readonly requestDigest?: string | undefined;
  /** Refuse an answer without request_digest to a request with a Digest; false when absent. */
  readonly requestDigestRequired?: boolean;
  /** Refuse unsigned 5xx answers too; false when absent. */
  readonly errorsSigned?: boolean;
}

/** One row of the verdict, in the order of the checks. */
export interface AnswerCheckResult {
  readonly id: string;
  readonly title: Localized;
  readonly token: TokenKind | undefined;
  readonly outcome: 'ok' | 'fail' | 'skipped';
  readonly detail: Localized;
  readonly code?: ModiCode;
}

export interface AnswerJudgement {
  /** signed: verified. unsigned: no signature, and none was due. refused: see `refusal`. */
  readonly verdict: 'signed' | 'unsigned' | 'refused';
  readonly results: readonly AnswerCheckResult[];
  readonly refusal: { readonly code: ModiCode; readonly status: number; readonly detail: Localized } | undefined;
}

/** What a consumer's gateway answers when the provider's answer does not hold: the fault is beyond it (RFC 9110 15.6.3). */
const BAD_GATEWAY = 502;

const TOKEN: readonly Check[] = [...tokenChecks('INTEGRITY'), checkSignedHeaders, checkRequestDigest];

/**
 * The order of an answer (pipeline 3.5): is a signature due and there, the token by the very checks of a request, what it
 * signs, which request it answers, and last the bytes.
 */
export function* answerChecks({ tokens }: Verification): Generator<Check> {
  yield checkAnswerPresence;
  // Known by now; where no signature is due there is nothing to hold the answer to.
  if (tokens.INTEGRITY === undefined) return;
  yield checkAnswerWhole;
  yield checkDigestHeader;
  yield* TOKEN;
  yield checkAnswerPayload;
  yield checkAnswerDigest;
}

/** An answer to be judged at `now` (seconds since the epoch). Its body's facts are established first of all. */
export async function newAnswerVerification(
  policy: Policy,
  answer: Answer,
  expectations: AnswerExpectations,
  now: number,
): Promise<Verification> {
  const facts: AnswerFacts = {
    status: answer.status,
    method: (expectations.method ?? 'GET').toUpperCase(),
    errorsSigned: expectations.errorsSigned ?? false,
    requestDigestRequired: expectations.requestDigestRequired ?? false,
    requestDigest: expectations.requestDigest,
  };
  const verification: Verification = { policy, headers: answer.headers, now, tokens: {}, answer: facts };
  verification.body = await bodyFacts(answer, verification);
  return verification;
}

/** The digest needs an algorithm, which the Digest header names; a header that does not parse is refused in its turn. */
async function bodyFacts({ body, headers }: Answer, { policy }: Verification): Promise<BodyFacts> {
  if (!Buffer.isBuffer(body)) return body;
  const probe: Verification = { policy, headers, now: 0, tokens: {} };
  try {
    checkDigestHeader.run(probe);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  return digestOfBody({ kind: 'bytes', bytes: body }, probe.digest?.algorithm, policy.maxBodySize);
}

/**
 * Judges an answer and tells the outcome check by check. Never rejects for anything the answer holds.
 */
export async function verifyAnswer(
  policy: Policy,
  answer: Answer,
  expectations: AnswerExpectations,
  now: number,
): Promise<AnswerJudgement> {
  const verification = await newAnswerVerification(policy, answer, expectations, now);
  const results: AnswerCheckResult[] = [];
  for (const check of answerChecks(verification)) {
    const refusal = attempt(check, verification);
    if (refusal !== undefined) {
      const { code, params } = refusal;
      const detail = { en: hintOf(code, params, 'en'), it: hintOf(code, params, 'it') };
      results.push({ ...rowOf(check), outcome: 'fail', detail, code });
      return { verdict: 'refused', results, refusal: { code, status: BAD_GATEWAY, detail } };
    }
    const proved = check.proved(verification);
    results.push({ ...rowOf(check), outcome: 'ok', detail: { en: proved, it: proved } });
  }
  const verdict = verification.tokens.INTEGRITY === undefined ? 'unsigned' : 'signed';
  return { verdict, results, refusal: undefined };
}

const rowOf = ({ id, title, token }: Check) => ({ id, title, token });

function attempt(check: Check, verification: Verification): Refusal | undefined {
  try {
    check.run(verification);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
