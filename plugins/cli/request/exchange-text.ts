import type { Localized } from '../../core/errors';
import type { Context } from '../shell/context';
import { safeText } from '../shell/safe-text';
import { isAccepted, type Exchange } from './exchange';
import type { Problem } from './problem';
import type { Answer } from './send';
import type { WireRequest } from './wire';

const SHORT_VALUE = 72;

/** The request as a person reads it: long values shortened, so that the screen shows the exchange and no credential. */
function printRequest(wire: WireRequest, url: URL, context: Context): void {
  const { style } = context;
  context.print(style.strong(`> ${wire.method} ${url.pathname}${url.search}`));
  for (const [name, value] of wire.headers) context.print(`> ${style.accent(name)}: ${shortened(value)}`);
  if (wire.body.length > 0) context.print(style.faint(`> (${wire.body.length} bytes)`));
}

function printAnswer(answer: Answer, context: Context): void {
  const { style } = context;
  const paint = answer.status < 300 ? style.good : style.bad;
  context.print(paint(`< ${answer.status} ${safeText(answer.reason)}`));
  for (const [name, value] of answer.headers) {
    context.print(`< ${style.accent(safeText(name))}: ${safeText(shortened(value))}`);
  }
  context.print();
  context.print(safeText(answer.body.toString('utf8').trimEnd(), true));
}

/** The whole exchange; of a refusal also what to make of it. */
export function printExchange({ wire, url, answer, problem }: Exchange, context: Context): void {
  printRequest(wire, url, context);
  printAnswer(answer, context);
  if (!isAccepted(answer)) printProblem(problem, answer, context);
}

/** Why it was refused, who must act, and where to read on. */
function printProblem(problem: Problem | undefined, answer: Answer, context: Context): void {
  const { style } = context;
  const label = (text: Localized) => context.text(text).padEnd(8);
  context.print();
  context.print(`${style.bad(label({ en: 'refused', it: 'rifiuto' }))} ${verdict(problem, answer, context)}`);
  const why = problem?.detail ?? hintForStatus(answer.status, context);
  if (why !== undefined) context.print(`${label({ en: 'why', it: 'perché' })} ${safeText(why)}`);
  const { row, code, instance } = problem ?? {};
  if (row !== undefined) {
    context.print(`${label({ en: 'act', it: 'agisce' })} ${context.text(row.act === 'caller' ? CALLER : OPERATOR)}`);
    context.print(`${label({ en: 'rule', it: 'norma' })} ${row.clause}`);
  }
  if (instance !== undefined) context.print(`${label({ en: 'request', it: 'id' })} ${safeText(instance)}`);
  if (code !== undefined) context.print(`${label({ en: 'more', it: 'altro' })} modi explain ${code}`);
}

function verdict(problem: Problem | undefined, answer: Answer, context: Context): string {
  const title = problem?.row === undefined ? (problem?.title ?? answer.reason) : context.text(problem.row.title);
  return [String(answer.status), safeText(title), problem?.code].filter((part) => part !== undefined).join('  ');
}

function hintForStatus(status: number, context: Context): string | undefined {
  const hint = HINTS[status] ?? (status >= 300 && status < 400 ? REDIRECT : undefined);
  return hint === undefined ? undefined : context.text(hint);
}

const shortened = (value: string): string =>
  value.length <= SHORT_VALUE ? value : `${value.slice(0, 40)}…${value.slice(-8)} (${value.length})`;

const CALLER: Localized = { en: 'you, the caller', it: 'chi chiama' };
const OPERATOR: Localized = { en: 'the operator of the gateway', it: 'il gestore del gateway' };

const REDIRECT: Localized = {
  en: 'a redirect is not followed: the tokens are meant for one audience; call the new address itself',
  it: "un reindirizzamento non viene seguito: i token valgono per una sola audience; chiamare l'altro indirizzo",
};

/** Answers of Kong or the service, which carry no code of ours. */
const HINTS: Readonly<Record<number, Localized>> = {
  401: {
    en: 'refused without a ModI code: the acl gate closes when modi-verify did not run; is it on this route?',
    it: 'rifiuto senza codice ModI: la porta acl chiude quando modi-verify non è intervenuto; è su questa route?',
  },
  403: { en: 'the caller is known but not allowed here', it: 'il chiamante è noto ma non è ammesso' },
  404: {
    en: 'no route of the gateway, or no resource of the service, has this path, host and method',
    it: 'nessuna route del gateway, o risorsa del servizio, ha questo percorso, host e metodo',
  },
  429: { en: 'too many calls; wait and try again', it: 'troppe chiamate; attendere e riprovare' },
  502: { en: 'the gateway cannot reach the service', it: 'il gateway non raggiunge il servizio' },
  503: { en: 'the gateway or the service is not ready', it: 'il gateway o il servizio non è pronto' },
  504: { en: 'the service did not answer in time', it: 'il servizio non ha risposto in tempo' },
};
