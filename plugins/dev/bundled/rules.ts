import type { FieldSchema, PlainRecord } from '../schema';

type Fault = { readonly field: string; readonly problem: string };

const filled = (value: unknown): boolean =>
  value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);

/** Kong's only_one_of and at_least_one_of together. */
export function onlyOneOf(config: PlainRecord, fields: readonly string[]): Fault[] {
  const given = fields.filter((field) => filled(config[field]));
  if (given.length === 1) return [];
  return [{ field: '', problem: `exactly one of these fields must be non-empty: ${fields.join(', ')}` }];
}

export function atLeastOneOf(config: PlainRecord, fields: readonly string[]): Fault[] {
  if (fields.some((field) => filled(config[field]))) return [];
  return [{ field: '', problem: `at least one of these fields must be non-empty: ${fields.join(', ')}` }];
}

/** Kong runs Lua in this field; nothing else can. */
export const NO_LUA: FieldSchema = {
  type: 'map',
  check: () => 'needs Kong: the embedded gateway runs no Lua',
};
