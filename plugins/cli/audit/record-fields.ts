/** What a collector writes in place of a field that its rules hide. */
const REDACTED = 'REDACTED';

/** A member at any depth of a record; undefined where the way ends. */
function memberAt(table: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Readonly<Record<string, unknown>>)[name]
        : undefined,
    table,
  );
}

/** The text of a field; undefined when it is not there, empty, or was redacted. */
export function textAt(table: unknown, ...path: readonly string[]): string | undefined {
  const value = memberAt(table, path);
  return typeof value === 'string' && value !== '' && value !== REDACTED ? value : undefined;
}

/** The number of a field; undefined when it is not there or was redacted. */
export function numberAt(table: unknown, ...path: readonly string[]): number | undefined {
  const value = memberAt(table, path);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export const hasAt = (table: unknown, ...path: readonly string[]): boolean => memberAt(table, path) !== undefined;
