import { rowOf } from '../../core/errors';
import type { Headers } from '../../core/verify';
import type { Context } from '../shell/context';
import { safeText } from '../shell/safe-text';
import { utc } from '../shell/time-text';
import { checksForJson, printChecks, printTokens, type Judgement } from '../verify';

/** The checks of an answer, each with what was found. */
export function printAnswerChecks(headers: Headers, { results }: Judgement, context: Context): void {
  printTokens(headers, context);
  printChecks(results, context);
}

/** The verdict in a word; of a refusal the cause. Who must act depends on where the answer was changed. */
export function printAnswerVerdict({ refusal }: Judgement, context: Context): void {
  const { style } = context;
  const label = (en: string, it: string) => context.text({ en, it }).padEnd(8);
  const answer = label('answer', 'risposta');
  if (refusal === undefined) {
    context.print(`${answer} ${style.good(context.text({ en: 'VERIFIED', it: 'VERIFICATA' }))}`);
    return;
  }
  const { code, detail } = refusal;
  const verdict = context.text({ en: 'NOT VERIFIED', it: 'NON VERIFICATA' });
  context.print(`${answer} ${style.bad(verdict)} ${style.strong(code)}`);
  context.print(`${label('why', 'perché')} ${safeText(context.text(detail))}`);
  context.print(`${label('rule', 'norma')} ${rowOf(code).clause}`);
  context.print(`${label('more', 'altro')} modi explain ${code}`);
}

/** What the JSON schemas tell of a judged answer, `at` in seconds since the epoch. */
export const answerForJson = (
  { results, refusal }: Judgement,
  audience: readonly string[],
  requestDigest: string | undefined,
  at: number,
  context: Context,
): object => ({
  outcome: refusal === undefined ? 'verified' : 'refused',
  code: refusal?.code ?? null,
  detail: refusal === undefined ? null : context.text(refusal.detail),
  at: utc(at),
  audience,
  request_digest: requestDigest ?? null,
  checks: checksForJson(results, context),
});
