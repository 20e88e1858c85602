import { safeParse } from 'fast-content-type-parse';

/** The parser takes JavaScript's blanks for blanks, a no-break space among them; HTTP has these two (RFC 9110 5.6.3). */
const HTTP_TEXT = /^[\t\x20-\x7e]*$/;

/**
 * Content-Type compared by meaning (RFC 9110 8.3): type, parameter names and charset without case, parameters in
 * any order, quotes without meaning. What does not parse as a media type is compared byte for byte.
 */
export function sameContentType(one: string, other: string): boolean {
  if (one === other) return true;
  if (!HTTP_TEXT.test(one) || !HTTP_TEXT.test(other)) return false;
  const [first, second] = [safeParse(one), safeParse(other)];
  if (first.type === '' || first.type.toLowerCase() !== second.type.toLowerCase()) return false;
  const [left, right] = [parametersOf(first.parameters), parametersOf(second.parameters)];
  return left.size === right.size && [...left].every(([name, value]) => right.get(name) === value);
}

function parametersOf(parameters: Record<string, string>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(parameters).map(([name, value]) => {
      const key = name.toLowerCase();
      return [key, key === 'charset' ? value.toLowerCase() : value];
    }),
  );
}
