import type { Headers } from '../../core/verify';
import { headerOf, isAccepted, type Exchange } from '../request';
import type { Context } from '../shell/context';
import type { Values } from '../shell/values';
import type { Judgement } from '../verify';
import { answerJudge, type AnswerJudge } from './judge';
import { answerForJson, printAnswerChecks, printAnswerVerdict } from './report';
import { cannotJudge, missingTerms, termsOfCall, type AnswerTerms } from './terms';

/** How `modi call` is going to judge the answer. */
export interface AnswerPlan {
  readonly terms: AnswerTerms;
  /** An accepted answer must be signed. */
  readonly expectSigned: boolean;
  /** Ready before anything is sent, when the command line speaks of the answer: its mistakes cost no call. */
  readonly judge: AnswerJudge | undefined;
}

/** @throws CliError CLI_USAGE or CLI_CONFIG for options about the answer that cannot be followed. */
export function readAnswerPlan(values: Values, clientId: string | undefined, context: Context): AnswerPlan {
  const terms = termsOfCall(values, clientId, context);
  // The claim stands in the signature: who wants the one wants the other.
  const expectSigned = values.flag('expectSigned') || values.flag('expectRequestDigest');
  const spokenOf = ['answerAnchors', 'answerCertificates', 'answerAud'].some((name) => values.list(name).length > 0);
  const judge = expectSigned || spokenOf ? judgeOf(terms, 'CLI_USAGE', context) : undefined;
  return { terms, expectSigned, judge };
}

function judgeOf(terms: AnswerTerms, code: 'CLI_USAGE' | 'CLI_ANSWER_TRUST', context: Context): AnswerJudge {
  const missing = missingTerms(terms, { audience: '--answer-aud', anchors: '--answer-anchors' });
  if (missing.length > 0) throw cannotJudge(missing, code);
  return answerJudge(terms, context.host.now());
}

/** An answer with its verdict; without judgement when there was nothing to judge. */
export interface Received {
  readonly headers: Headers;
  readonly accepted: boolean;
  readonly judgement: Judgement | undefined;
  readonly audience: readonly string[];
  readonly requestDigest: string | undefined;
  /** Seconds since the epoch. */
  readonly at: number;
}

/**
 * Judges an answer that is signed, or that should be. A refusal without signature is left as it is: the gateway's
 * own refusals carry none, and nobody takes them for a yes.
 *
 * @throws CliError CLI_ANSWER_TRUST for a signed answer and nothing to judge it by.
 */
export async function judgeReceived(plan: AnswerPlan, exchange: Exchange, context: Context): Promise<Received> {
  const { wire, answer } = exchange;
  const headers = headerMap(answer.headers);
  const accepted = isAccepted(answer);
  const at = context.host.now();
  const requestDigest = headerOf(wire.headers, 'digest');
  const due = headers.has('agid-jwt-signature') || (accepted && plan.expectSigned);
  const judge = due ? (plan.judge ?? judgeOf(plan.terms, 'CLI_ANSWER_TRUST', context)) : undefined;
  const received = { status: answer.status, headers, body: answer.body };
  const judgement = await judge?.(received, { method: wire.method, digest: requestDigest }, at, true);
  return { headers, accepted, judgement, audience: plan.terms.audience, requestDigest, at };
}

function headerMap(list: Exchange['answer']['headers']): Headers {
  const headers = new Map<string, string[]>();
  for (const [name, value] of list) {
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), value]);
  }
  return headers;
}

export function printReceived({ headers, accepted, judgement }: Received, context: Context): void {
  if (judgement === undefined) {
    if (accepted) context.print(`\n${context.style.faint(context.text(UNSIGNED))}`);
    return;
  }
  context.print();
  printAnswerChecks(headers, judgement, context);
  printAnswerVerdict(judgement, context);
}

const UNSIGNED = {
  en: 'answer   not signed; --expect-signed refuses such answers',
  it: 'risposta non firmata; --expect-signed rifiuta tali risposte',
};

/** The member `verification`, null when nothing was judged. An accepted call whose answer fails is `unverified`. */
export function receivedForJson(
  { judgement, accepted, audience, requestDigest, at }: Received,
  context: Context,
): object {
  if (judgement === undefined) return { verification: null };
  return {
    ...(accepted && judgement.refusal !== undefined ? { outcome: 'unverified' } : {}),
    verification: answerForJson(judgement, audience, requestDigest, at, context),
  };
}
