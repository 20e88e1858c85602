import { luaPatternToRegExp } from './lua-pattern';
import type { FieldSchema } from './types';

/** What is wrong with a value by itself (not with what it contains), in Kong's words; undefined when nothing is. */
export function scalarFault(schema: FieldSchema, value: unknown): string | undefined {
  const fault = typeFault(schema, value) ?? (isReference(schema, value) ? undefined : ruleFault(schema, value));
  return fault === undefined ? undefined : (schema.err ?? fault);
}

/** `{vault://env/name}`: checked only after it is resolved, and only where the schema allows a reference. */
export const isReference = (schema: FieldSchema, value: unknown): boolean =>
  schema.referenceable === true && typeof value === 'string' && /^\{vault:\/\/.*\}$/.test(value);

function typeFault(schema: FieldSchema, value: unknown): string | undefined {
  switch (schema.type) {
    case 'string':
      return typeof value === 'string' ? undefined : 'expected a string';
    case 'number':
      return typeof value === 'number' ? undefined : 'expected a number';
    case 'integer':
      return Number.isInteger(value) ? undefined : 'expected an integer';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'expected a boolean';
    case 'array':
    case 'set':
      return Array.isArray(value) ? undefined : `expected ${schema.type === 'set' ? 'a set' : 'an array'}`;
    case 'map':
      return isObject(value) ? undefined : 'expected a map';
    case 'record':
      return isObject(value) ? undefined : 'expected a record';
    case 'foreign':
      return isObject(value) || typeof value === 'string' ? undefined : 'expected the name of an entity, or its id';
  }
}

type Rule = (schema: FieldSchema, value: unknown) => string | undefined;

const RULES: readonly Rule[] = [
  ({ eq }, value) => (eq !== undefined && value !== eq ? `value must be ${JSON.stringify(eq)}` : undefined),
  ({ ne }, value) => (ne !== undefined && value === ne ? `value must not be ${JSON.stringify(ne)}` : undefined),
  ({ one_of: allowed }, value) =>
    allowed && !allowed.includes(value) ? `expected one of: ${allowed.map(String).join(', ')}` : undefined,
  ({ not_one_of: banned }, value) =>
    banned?.includes(value) === true ? `must not be one of: ${banned.map(String).join(', ')}` : undefined,
  ({ between }, value) =>
    between && typeof value === 'number' && (value < between[0] || value > between[1])
      ? `value should be between ${between[0]} and ${between[1]}`
      : undefined,
  ({ gt }, value) =>
    gt !== undefined && typeof value === 'number' && value <= gt ? `value must be greater than ${gt}` : undefined,
  lengthFault,
  patternFault,
  ({ starts_with: start }, value) =>
    start !== undefined && typeof value === 'string' && !value.startsWith(start)
      ? `should start with: ${start}`
      : undefined,
  ({ contains }, value) =>
    contains !== undefined && Array.isArray(value) && !value.includes(contains)
      ? `expected to contain: ${JSON.stringify(contains)}`
      : undefined,
  ({ is_regex: isRegex }, value) => (isRegex === true ? regexFault(String(value)) : undefined),
  ({ uuid }, value) => (uuid === true && !UUID.test(String(value)) ? 'expected a valid UUID' : undefined),
  ({ timestamp }, value) => (timestamp === true && !(Number(value) > 0) ? 'expected a valid timestamp' : undefined),
  ({ check }, value) => check?.(value),
];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function ruleFault(schema: FieldSchema, value: unknown): string | undefined {
  for (const rule of RULES) {
    const fault = rule(schema, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** An empty string is refused unless the schema allows it (Kong's default of len_min is 1 for strings). */
function lengthFault(schema: FieldSchema, value: unknown): string | undefined {
  const length = typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
  if (length === undefined) return undefined;
  const least = schema.len_min ?? (schema.type === 'string' ? 1 : 0);
  if (length < least) return `length must be at least ${least}`;
  if (schema.len_max !== undefined && length > schema.len_max) return `length must be at most ${schema.len_max}`;
  return schema.len_eq !== undefined && length !== schema.len_eq ? `length must be ${schema.len_eq}` : undefined;
}

function patternFault(schema: FieldSchema, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const matches = (pattern: string): boolean => luaPatternToRegExp(pattern).test(value);
  if (schema.match !== undefined && !matches(schema.match)) return `invalid value: ${value}`;
  if (schema.not_match !== undefined && matches(schema.not_match)) return `invalid value: ${value}`;
  const banned = schema.match_none?.find(({ pattern }) => matches(pattern));
  if (banned) return banned.err;
  const lacking = schema.match_all?.find(({ pattern }) => !matches(pattern));
  if (lacking) return lacking.err;
  const any = schema.match_any;
  return any && !any.patterns.some(matches) ? (any.err ?? `invalid value: ${value}`) : undefined;
}

function regexFault(value: string): string | undefined {
  try {
    new RegExp(value);
    return undefined;
  } catch {
    return `not a valid regex: ${value}`;
  }
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
