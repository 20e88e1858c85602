import { ConfigError } from './config-error';
import type { FieldSpec, Infer } from './fields';

type RecordField = Extract<FieldSpec, { type: 'record' }>;

/**
 * Turns what Kong hands to an instance into the typed configuration: defaults applied, unset fields null,
 * Kong's own bookkeeping (`__plugin_id`, `route_id`, …) left out. Types and bounds are checked again, because the
 * same reader serves files that no Kong has seen (`modi verify --config`).
 *
 * @throws ConfigError naming the field and what was found.
 */
export function readConfig<S extends RecordField>(schema: S, raw: unknown): Infer<S> {
  return readRecord(schema, raw, '') as Infer<S>;
}

function readRecord(spec: RecordField, raw: unknown, path: string): Record<string, unknown> {
  if (raw !== null && raw !== undefined && (typeof raw !== 'object' || Array.isArray(raw))) {
    throw new ConfigError(path, `expected a record, found ${describe(raw)}`);
  }
  const source = (raw ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(spec.fields).map(([name, field]) => [
      name,
      readField(field, source[name], path === '' ? name : `${path}.${name}`),
    ]),
  );
}

function readField(spec: FieldSpec, raw: unknown, path: string): unknown {
  if (spec.type === 'record') return readRecord(spec, raw, path);
  if (raw === null || raw === undefined) {
    if ('default' in spec) return spec.default;
    if (spec.required === true) throw new ConfigError(path, 'required field missing');
    return null;
  }
  return readValue(spec, raw, path);
}

function readValue(spec: FieldSpec, raw: unknown, path: string): unknown {
  switch (spec.type) {
    case 'string':
      return readString(spec, raw, path);
    case 'number':
    case 'integer':
      return readNumber(spec, raw, path);
    case 'boolean':
      if (typeof raw !== 'boolean') throw new ConfigError(path, `expected a boolean, found ${describe(raw)}`);
      return raw;
    case 'array':
    case 'set':
      return readList(spec, raw, path);
    case 'map':
      return readMap(spec, raw, path);
    case 'record':
      return readRecord(spec, raw, path);
  }
}

function readString(spec: Extract<FieldSpec, { type: 'string' }>, raw: unknown, path: string): string {
  if (typeof raw !== 'string') throw new ConfigError(path, `expected a string, found ${describe(raw)}`);
  if (spec.one_of && !spec.one_of.includes(raw)) {
    throw new ConfigError(path, `expected one of ${spec.one_of.join(', ')}, found "${raw}"`);
  }
  // An unresolved {vault://…} reference arrives from Kong as an empty string.
  if (raw.length < (spec.len_min ?? 1)) throw new ConfigError(path, 'is empty (an unresolved reference?)');
  return raw;
}

function readNumber(spec: Extract<FieldSpec, { type: 'number' | 'integer' }>, raw: unknown, path: string): number {
  if (typeof raw !== 'number' || !Number.isFinite(raw) || (spec.type === 'integer' && !Number.isInteger(raw))) {
    throw new ConfigError(
      path,
      `expected ${spec.type === 'integer' ? 'an integer' : 'a number'}, found ${describe(raw)}`,
    );
  }
  if (spec.between && (raw < spec.between[0] || raw > spec.between[1])) {
    throw new ConfigError(path, `value should be between ${spec.between[0]} and ${spec.between[1]}, found ${raw}`);
  }
  if (spec.gt !== undefined && raw <= spec.gt) {
    throw new ConfigError(path, `value must be greater than ${spec.gt}, found ${raw}`);
  }
  return raw;
}

function readList(spec: Extract<FieldSpec, { type: 'array' | 'set' }>, raw: unknown, path: string): unknown[] {
  // Lua cannot tell an empty list from an empty map: Kong may hand {} for [].
  const list = isEmptyObject(raw) ? [] : raw;
  if (!Array.isArray(list)) throw new ConfigError(path, `expected an array, found ${describe(raw)}`);
  if (list.length < (spec.len_min ?? 0)) throw new ConfigError(path, `expected at least ${spec.len_min ?? 0} element`);
  const values = list.map((element, index) => readValue(spec.elements, element, `${path}[${index + 1}]`));
  return spec.type === 'set' ? [...new Set(values)] : values;
}

function readMap(spec: Extract<FieldSpec, { type: 'map' }>, raw: unknown, path: string): Record<string, unknown> {
  if (typeof raw !== 'object' || raw === null || (Array.isArray(raw) && raw.length > 0)) {
    throw new ConfigError(path, `expected a map, found ${describe(raw)}`);
  }
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [key, readValue(spec.values, value, `${path}.${key}`)]),
  );
}

const isEmptyObject = (raw: unknown): boolean =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) && Object.keys(raw).length === 0;

const describe = (raw: unknown): string =>
  Array.isArray(raw) ? 'an array' : raw === null ? 'null' : `a ${typeof raw}`;
