import { describe, expect, it } from 'vitest';
import {
  array,
  boolean,
  ConfigError,
  integer,
  map,
  markdownTable,
  readConfig,
  record,
  set,
  string,
} from '../../../plugins/core/schema';
import type { FieldSpec } from '../../../plugins/core/schema';
import { modiAuditSchema } from '../../../plugins/modi-audit/schema';
import { modiSignSchema } from '../../../plugins/modi-sign/schema';
import { modiVerifySchema } from '../../../plugins/modi-verify/schema';

const text = { description: 'A text for the tests.' };
const schema = record({
  ...text,
  fields: {
    name: string({ ...text, required: true }),
    mode: string({ ...text, one_of: ['a', 'b'], default: 'a' }),
    age: integer({ ...text, between: [1, 10] }),
    flag: boolean({ ...text, default: true }),
    list: array({ ...text, elements: integer(text), len_min: 1 }),
    unique: set({ ...text, elements: string(text) }),
    labels: map({ ...text, values: string(text) }),
    inner: record({ ...text, fields: { deep: integer({ ...text, default: 7 }) } }),
  },
});

const fieldOf = (raw: unknown): string | undefined => {
  try {
    readConfig(schema, raw);
  } catch (error) {
    return error instanceof ConfigError ? error.field : String(error);
  }
  return undefined;
};

describe('readConfig', () => {
  it('applies defaults, makes unset fields null, and leaves out what Kong adds for itself', () => {
    expect(readConfig(schema, { name: 'x', __plugin_id: 'p', route_id: 'r', age: null })).toEqual({
      name: 'x',
      mode: 'a',
      age: null,
      flag: true,
      list: null,
      unique: null,
      labels: null,
      inner: { deep: 7 },
    });
  });

  it('reads lists that Lua emptied into maps, and folds sets', () => {
    expect(readConfig(schema, { name: 'x', unique: {} }).unique).toEqual([]);
    expect(readConfig(schema, { name: 'x', unique: ['a', 'a'] }).unique).toEqual(['a']);
  });

  it.each([
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: 5 }, 'name'],
    [{ name: 'x', mode: 'c' }, 'mode'],
    [{ name: 'x', age: 0 }, 'age'],
    [{ name: 'x', age: 1.5 }, 'age'],
    [{ name: 'x', age: '5' }, 'age'],
    [{ name: 'x', flag: 'yes' }, 'flag'],
    [{ name: 'x', list: [] }, 'list'],
    [{ name: 'x', list: ['a'] }, 'list[1]'],
    [{ name: 'x', labels: ['a'] }, 'labels'],
    [{ name: 'x', labels: { a: 1 } }, 'labels.a'],
    [{ name: 'x', inner: { deep: 'a' } }, 'inner.deep'],
    [{ name: 'x', inner: 'a' }, 'inner'],
    ['text', ''],
  ])('refuses %j at %s', (raw, field) => {
    expect(fieldOf(raw)).toBe(field);
  });
});

describe('the schema of modi-verify', () => {
  /** Of the specification and all that is nested in it: Kong measures the descriptions of elements, too. */
  const descriptionsOf = (spec: FieldSpec): string[] => [
    spec.description,
    ...(spec.type === 'record' ? Object.values(spec.fields).flatMap(descriptionsOf) : []),
    ...('elements' in spec ? descriptionsOf(spec.elements) : []),
    ...('values' in spec ? descriptionsOf(spec.values) : []),
  ];

  it.each([
    ['modi-verify', modiVerifySchema],
    ['modi-sign', modiSignSchema],
    ['modi-audit', modiAuditSchema],
  ])('describes every field of %s in the 10 to 500 characters that Kong accepts', (_, plugin) => {
    for (const description of descriptionsOf(plugin)) {
      expect(description.length).toBeGreaterThanOrEqual(10);
      expect(description.length).toBeLessThanOrEqual(500);
    }
  });

  it('has a row in the table for every field', () => {
    expect(markdownTable(modiVerifySchema.fields)).toContain('| `trust.anchors` | array of string |');
  });
});
