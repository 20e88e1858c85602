import { rowOf, type Localized } from '../../core/errors';
import type { Headers } from '../../core/verify';
import { decodeToken, tokenFromPaste } from '../inspect';
import type { Context } from '../shell/context';
import { safeText } from '../shell/safe-text';
import type { CheckResult, Judgement } from './judge';

const TOKEN_HEADERS = [
  ['authorization', 'Authorization'],
  ['dpop', 'DPoP'],
  ['agid-jwt-trackingevidence', 'Agid-JWT-TrackingEvidence'],
  ['agid-jwt-signature', 'Agid-JWT-Signature'],
] as const;

/** One line per token of the request: what it is, before anything is judged. */
export function printTokens(headers: Headers, context: Context): void {
  for (const [name, label] of TOKEN_HEADERS) {
    for (const value of headers.get(name) ?? []) {
      const { header, bytes } = decodeToken(tokenFromPaste(value));
      const x5c = Array.isArray(header?.['x5c']) ? `x5c ${header['x5c'].length}` : undefined;
      const thumbprint = typeof header?.['x5t#S256'] === 'string' ? `x5t#S256 ${header['x5t#S256']}` : undefined;
      const words = [
        label,
        JSON.stringify(header?.['alg'] ?? '?').replaceAll('"', ''),
        `${bytes} bytes`,
        x5c,
        thumbprint,
      ];
      context.print(`token   ${safeText(words.filter((word) => word !== undefined).join('  '))}`);
    }
  }
}

const OUTCOME = { ok: 'ok', fail: 'FAIL', skipped: '--' } as const;

/** The checks in the gateway's order, each with what was found. */
export function printChecks(results: readonly CheckResult[], context: Context): void {
  const { style } = context;
  const paint = { ok: style.good, fail: style.bad, skipped: style.faint };
  const number = String(results.length).length;
  const width = Math.max(...results.map((result) => titleOf(result, context).length));
  results.forEach((result, index) => {
    const place = String(index + 1).padStart(number);
    const title = titleOf(result, context).padEnd(width);
    const outcome = paint[result.outcome](OUTCOME[result.outcome].padEnd(4));
    const code = result.code === undefined ? '' : `  ${style.strong(result.code)}`;
    context.print(`${place} ${title}  ${outcome}  ${safeText(context.text(result.detail))}${code}`);
  });
}

/** Two tokens go through checks of the same name. */
const titleOf = ({ title, token }: CheckResult, context: Context): string =>
  token === undefined ? context.text(title) : `${WORDS[token]} ${context.text(title)}`;

const WORDS = { ID_AUTH: 'auth', VOUCHER: 'voucher', DPOP: 'dpop', INTEGRITY: 'integrity', AUDIT: 'audit' } as const;

/**
 * The last lines: the verdict in a word, then for a refusal the cause that can be forwarded to the other side, and what
 * had to be left open.
 */
export function printVerdict({ outcome, refusal, open }: Judgement, context: Context): void {
  const { style } = context;
  if (refusal !== undefined) printRefusal(refusal, context);
  else if (outcome === 'accepted')
    context.print(`${label('verdict', 'verdetto', context)} ${style.good(context.text(ACCEPTED))}`);
  else context.print(`${label('verdict', 'verdetto', context)} ${style.warn(context.text(UNDECIDED))}`);
  for (const row of open) {
    context.print(`${label('open', 'aperto', context)} ${titleOf(row, context)}: ${context.text(row.detail)}`);
  }
}

const ACCEPTED: Localized = { en: 'ACCEPTED', it: 'ACCETTATO' };
const UNDECIDED: Localized = { en: 'UNDECIDED', it: 'NON DECISO' };

const label = (en: string, it: string, context: Context): string => context.text({ en, it }).padEnd(8);

function printRefusal({ code, status, detail }: NonNullable<Judgement['refusal']>, context: Context): void {
  const { style } = context;
  const row = rowOf(code);
  const refused = context.text({ en: 'REFUSED', it: 'RIFIUTATO' });
  context.print(`${label('verdict', 'verdetto', context)} ${style.bad(refused)} ${status} ${style.strong(code)}`);
  context.print(`${label('why', 'perché', context)} ${safeText(context.text(detail))}`);
  const party =
    row.act === 'caller' ? { en: 'the caller', it: 'chi chiama' } : { en: 'the operator', it: 'il gestore' };
  context.print(`${label('acts', 'agisce', context)} ${context.text(party)}`);
  context.print(`${label('rule', 'norma', context)} ${row.clause}`);
  context.print(`${label('more', 'altro', context)} modi explain ${code}`);
}

/** The rows as the JSON schemas have them. */
export const checksForJson = (results: readonly CheckResult[], context: Context): readonly object[] =>
  results.map(({ id, title, token, outcome, detail, code }) => ({
    id,
    token: token ?? null,
    title: context.text(title),
    outcome,
    detail: context.text(detail),
    code: code ?? null,
  }));
