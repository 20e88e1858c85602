import type { Table } from './kong-line';

/** A compact JWS or JWE wherever it stands: what could be sent again never enters the trail. */
const TOKEN = /eyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)*/g;

const REDACTED = 'REDACTED';

/** The same, with every token in any text replaced. */
export const withoutTokens = (table: Table): Table => scrubbed(table) as Table;

function scrubbed(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('eyJ') ? value.replaceAll(TOKEN, REDACTED) : value;
  if (Array.isArray(value)) return value.map(scrubbed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, scrubbed(inner)]));
}

/** Rules of a collector: what is told as REDACTED, by dotted path, e.g. `client.ip`. */
export type Redaction = (record: Table) => Table;

/** Compiles the paths once. A path that a record has not is passed over. */
export function redaction(paths: readonly string[]): Redaction {
  const steps = paths.map((path) => path.split('.'));
  return (record) => steps.reduce((result, path) => replaced(result, path), record);
}

function replaced(table: Table, [name = '', ...deeper]: readonly string[]): Table {
  if (!Object.hasOwn(table, name)) return table;
  const value = table[name];
  if (deeper.length === 0) return { ...table, [name]: REDACTED };
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...table, [name]: replaced(value as Table, deeper) }
    : table;
}
