import type { Inspection, Row, State } from '../../check';
import type { Localized } from '../../core/errors';
import type { Context } from '../shell/context';
import { safeText } from '../shell/safe-text';
import { relative, utc } from '../shell/time-text';
import { STATE_WORDS } from './states';

const KINDS: Readonly<Record<Row['kind'], Localized>> = {
  certificate: { en: 'certificate', it: 'certificato' },
  list: { en: 'revocation list', it: 'lista di revoca' },
  key: { en: 'key', it: 'chiave' },
  source: { en: 'source', it: 'fonte' },
};

interface TextOptions {
  readonly now: number;
  /** Only what is not as it should be is printed: whoever runs it by the clock hears of nothing else. */
  readonly quiet: boolean;
}

/** One line for each thing, the first to end first; below what is wrong, why and where. One sentence at the end. */
export function printText(inspection: Inspection, { now, quiet }: TextOptions, context: Context): void {
  const { rows, leftAlone } = inspection;
  const wrong = rows.filter(({ state }) => state !== 'ok');
  const shown = (quiet ? wrong : rows).toSorted((one, other) => (one.ends ?? Infinity) - (other.ends ?? Infinity));
  const width = Math.max(...Object.values(STATE_WORDS).map((word) => context.text(word).length));
  for (const row of shown) printRow(row, width, now, context);
  if (quiet && wrong.length === 0 && rows.length > 0) return;
  context.print(summaryOf(rows.length, wrong.length, context));
  for (const { field, reason } of quiet ? [] : leftAlone) {
    context.print(
      `${context.text({ en: 'left alone', it: 'non guardato' })}: ${safeText(field)}, ${context.text(REASONS[reason])}`,
    );
  }
}

const REASONS: Readonly<Record<Inspection['leftAlone'][number]['reason'], Localized>> = {
  network: { en: 'over the network: --fetch', it: 'in rete: --fetch' },
  reference: { en: 'known only where it runs', it: 'noto solo dove gira' },
};

function printRow(row: Row, width: number, now: number, context: Context): void {
  const { state, kind, name, ends, origin, detail, code, fields } = row;
  const word = paint(state, context)(context.text(STATE_WORDS[state]).padEnd(width));
  const end = ends === undefined ? '' : ` ${utc(ends).slice(0, 10)} ${relative(ends, now, context.language)}`;
  const where = kind === 'source' ? '' : `  ${origin}`;
  context.print(`${word}${end}  ${safeText(`${context.text(KINDS[kind])} ${name}${where}`)}`);
  if (state === 'ok') return;
  if (detail !== undefined)
    context.print(`    ${safeText(context.text(detail))}${code === undefined ? '' : `  ${code}`}`);
  context.print(`    ${safeText(fields.join(', '))}`);
}

const paint = (state: State, { style }: Context) =>
  state === 'ok' ? style.good : state === 'ending' ? style.warn : style.bad;

const summaryOf = (all: number, wrong: number, context: Context): string =>
  context.text({
    en: `${all} looked at, ${wrong} not as they should be`,
    it: `${all} esaminati, ${wrong} non a posto`,
  });
