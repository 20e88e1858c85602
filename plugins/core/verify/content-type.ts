import { safeParse } from 'fast-content-type-parse';

/**
 * Content-Type compared by meaning (RFC 9110 8.3): type, parameter names and charset without case, parameters in
 * any order, quotes without meaning. What does not parse as a media type is compared byte for byte.
 */
export function sameContentType(one: string, other: string): boolean {
  if (one === other) return true;
  const [first, second] = [safeParse(one), safeParse(other)];
  if (first.type === '' || second.type === '') return false;
  if (first.type.toLowerCase() !== second.type.toLowerCase()) return false;
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
