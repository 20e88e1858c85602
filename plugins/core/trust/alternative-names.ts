/** The kinds that name a machine, a service or a person, as the platform prints them, and as the pack does. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['DNS', 'DNS'],
  ['URI', 'URI'],
  ['email', 'email'],
  ['IP Address', 'IP'],
]);

/**
 * The alternative names of a certificate out of the platform's one line of them. A value with a comma, a quote or a
 * control character stands there as a JSON string in which commas are escaped, so that ", " only ever parts names.
 * Null is what the platform tells of an extension that it cannot read: names that cannot be read name nobody.
 */
export function alternativeNamesOf(line: string | null | undefined): readonly string[] {
  return (line ?? '').split(', ').flatMap((entry) => {
    const colon = entry.indexOf(':');
    const kind = KINDS.get(entry.slice(0, colon));
    if (kind === undefined) return [];
    const value = unquoted(entry.slice(colon + 1));
    return value === undefined ? [] : [`${kind}:${value}`];
  });
}

function unquoted(text: string): string | undefined {
  if (!text.startsWith('"')) return text;
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'string' ? value : undefined;
  } catch {
    // Not what the platform writes: a name that cannot be read names nobody.
    return undefined;
  }
}
