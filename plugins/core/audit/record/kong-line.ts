/** A table of Kong's log record, or of the object `modi` in it. */
export type Table = Readonly<Record<string, unknown>>;

export const tableOf = (value: unknown): Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : {};

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/**
 * The id by which a record and its evidence find each other: Kong's of the request, or where Kong has none (before 3.5) the
 * one that modi-verify has given it. Undefined where nobody has.
 */
export const exchangeIdOf = (line: Table): string | undefined =>
  textOf(tableOf(line['request'])['id']) ?? textOf(tableOf(line['modi'])['request_id']);

/** The record on a line of the spool; undefined when it is none. */
export function parseKongLine(bytes: Buffer): Table | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    const table = tableOf(value);
    const isRecord =
      exchangeIdOf(table) !== undefined || (numberOf(table['started_at']) !== undefined && 'request' in table);
    return isRecord ? table : undefined;
  } catch (error) {
    // The chain gets a record that says so.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** When the request came, in milliseconds since the epoch; 0 when Kong does not say. */
export const startedAt = (line: Table): number => numberOf(line['started_at']) ?? 0;

/** When Kong was done with the request, in milliseconds since the epoch; 0 when it does not say. */
export const finishedAt = (line: Table): number =>
  startedAt(line) + (numberOf(tableOf(line['latencies'])['request']) ?? 0);
