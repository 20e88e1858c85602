import { ConfigError } from '../schema';
import type { JsonObject } from '../token';

/** The way to a claim: member names, outermost first. */
export type ClaimPath = readonly string[];

/**
 * `purpose.id` is the member `id` of the claim `purpose`; a dot that belongs to a name is written `\.`.
 *
 * @throws ConfigError naming `field` for an empty name.
 */
export function compileClaimPath(text: string, field: string): ClaimPath {
  const path = text.split(/(?<!\\)\./).map((name) => name.replaceAll('\\.', '.'));
  if (path.includes('')) throw new ConfigError(field, `"${text}" has an empty name between its dots`);
  return path;
}

/** Lists of lists are no claim that anybody writes a rule for; a token may hold some, and must not make work. */
const MOST_VALUES = 1000;

/**
 * What stands at the end of the path, each element of a list by itself, on the way as well as at its end; at most 1000.
 * Only members that the token itself holds count.
 */
export function claimValues(claims: JsonObject, path: ClaimPath): readonly unknown[] {
  let values: unknown[] = [claims];
  for (const name of path) {
    values = values.flatMap((value) => elementsOf(memberOf(value, name))).slice(0, MOST_VALUES);
  }
  return values;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as JsonObject)[name] : undefined;
}

/** A null is a claim that is not there. */
const elementsOf = (value: unknown): readonly unknown[] => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((one) => one !== undefined && one !== null);
};
