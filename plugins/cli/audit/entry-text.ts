import { tableOf, type ChainEntry, type Members } from '../../core/audit';
import type { Context } from '../shell/context';
import { safeText } from '../shell/safe-text';

/** One record of a chain on one line: number, time, and what happened. */
export function printEntry(entry: ChainEntry, context: Context): void {
  const { style } = context;
  const { node, seq, at } = entry;
  context.print(`${style.faint(`${at} ${safeText(node)} ${seq}`)} ${whatHappened(entry, context)}`);
}

function whatHappened({ kind, members }: ChainEntry, context: Context): string {
  if (kind === 'access') return access(tableOf(members['record']), context);
  const words = [members['reason'], members['id'], members['count'], members['organization'], members['bytes']];
  return [kind, ...words.filter((word) => typeof word === 'string' || typeof word === 'number').map(shown)].join(' ');
}

function access(record: Members, { style }: Context): string {
  const [outcome, http, client] = [tableOf(record['outcome']), tableOf(record['http']), tableOf(record['client'])];
  const result = String(outcome['result']);
  const paint = result === 'accepted' ? style.good : style.bad;
  const words = [outcome['status'], http['method'], http['uri'], outcome['code'] ?? client['id'], record['id']];
  return [paint(result), ...words.filter((word) => word !== undefined).map(shown)].join(' ');
}

const shown = (word: unknown): string => safeText(String(word));
