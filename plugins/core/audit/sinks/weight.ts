import type { ChainEntry } from '../chain';
import { numberOf, tableOf, type Table } from '../record';

/** How bad news a record is: every far end has its own word for it. */
export type Weight = 'successful' | 'client_error' | 'server_error';

/** Records that say that something is missing. */
const MISSING = new Set(['orphan', 'dropped', 'unreadable', 'gap']);

/** A call weighs as its status does; what tells of a loss weighs as much as a failure. */
export function weightOf({ kind, members }: ChainEntry): Weight {
  if (MISSING.has(kind)) return 'server_error';
  const status = numberOf(tableOf(accessOf(members)['outcome'])['status']) ?? 0;
  return status >= 500 ? 'server_error' : status >= 400 ? 'client_error' : 'successful';
}

/** The access record in a line of the chain; empty where it has none. */
export const accessOf = (members: Table): Table => tableOf(members['record']);
