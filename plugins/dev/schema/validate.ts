import { scalarFault } from './scalars';
import type { FieldSchema, NamedField, Path, Plain, PlainRecord, Report } from './types';

/**
 * Checks a record against its fields with Kong's rules and returns it with the defaults filled in and every unset
 * field null. Each fault is reported with its place and Kong's own words; the value returned is then not for use.
 */
export function validateRecord(fields: readonly NamedField[], raw: unknown, path: Path, report: Report): PlainRecord {
  const source = raw ?? {};
  if (typeof source !== 'object' || Array.isArray(source)) {
    report(path, 'expected a record');
    return {};
  }
  const names = fields.flatMap((field) => Object.keys(field));
  for (const name of Object.keys(source)) {
    if (!names.includes(name)) report([...path, name], 'unknown field', names);
  }
  const result: PlainRecord = {};
  for (const field of fields) {
    for (const [name, schema] of Object.entries(field)) {
      result[name] = validateField(schema, (source as Record<string, unknown>)[name], [...path, name], report);
    }
  }
  return result;
}

/** One field; `undefined` is "not given" and takes the default, null is "explicitly nothing". */
export function validateField(schema: FieldSchema, raw: unknown, path: Path, report: Report): Plain {
  const value = raw === undefined ? missing(schema) : raw;
  if (value === null) {
    if (schema.required === true) report(path, 'required field missing');
    return null;
  }
  const fault = scalarFault(schema, value);
  if (fault !== undefined) {
    report(path, fault);
    return null;
  }
  return inner(schema, value, path, report);
}

function inner(schema: FieldSchema, value: unknown, path: Path, report: Report): Plain {
  switch (schema.type) {
    case 'array':
    case 'set':
      return validateList(schema, value as unknown[], path, report);
    case 'map':
      return validateMap(schema, value as Record<string, unknown>, path, report);
    case 'record':
      return validateRecord(schema.fields ?? [], value, path, report);
    case 'string':
    case 'number':
    case 'integer':
    case 'boolean':
    case 'foreign':
      return value as Plain;
  }
}

/** Kong creates an omitted record when it is required or holds any default, and then enforces what is inside. */
function missing(schema: FieldSchema): unknown {
  if (schema.default !== undefined) return structuredClone(schema.default);
  return schema.type === 'record' && (schema.required === true || holdsDefault(schema)) ? {} : null;
}

function holdsDefault(schema: FieldSchema): boolean {
  return (schema.fields ?? []).some((field) =>
    Object.values(field).some((one) => one.default !== undefined || (one.type === 'record' && holdsDefault(one))),
  );
}

function validateList(schema: FieldSchema, list: unknown[], path: Path, report: Report): Plain[] {
  const elements = schema.elements;
  if (elements === undefined) return list as Plain[];
  const values = list.map((one, index) => validateField(required(elements), one, [...path, index], report));
  return schema.type === 'set' ? [...new Map(values.map((one) => [JSON.stringify(one), one])).values()] : values;
}

function validateMap(schema: FieldSchema, map: Record<string, unknown>, path: Path, report: Report): PlainRecord {
  const result: PlainRecord = {};
  for (const [key, value] of Object.entries(map)) {
    if (schema.keys) validateField(required(schema.keys), key, [...path, key], report);
    result[key] = schema.values
      ? validateField(required(schema.values), value, [...path, key], report)
      : (value as Plain);
  }
  return result;
}

const required = (schema: FieldSchema): FieldSchema => ({ ...schema, required: true });
