import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readSchema,
  validateField,
  validateRecord,
  type FieldSchema,
  type NamedField,
} from '../../../plugins/dev/schema';
import { luaPatternToRegExp } from '../../../plugins/dev/schema/lua-pattern';
import { kongSchemaFields } from '../../../plugins/core/schema';
import { modiVerifySchema } from '../../../plugins/modi-verify/schema';

const faultsOf = (schema: FieldSchema, value: unknown): string[] => {
  const faults: string[] = [];
  validateField(schema, value, [], (path, problem) =>
    faults.push(path.length > 0 ? `${path.join('.')}: ${problem}` : problem),
  );
  return faults;
};

const read = (fields: readonly NamedField[], value: unknown) => {
  const faults: string[] = [];
  const result = validateRecord(fields, value, [], (path, problem) => faults.push(`${path.join('.')}: ${problem}`));
  return { result, faults };
};

describe('a field', () => {
  it.each<[FieldSchema, unknown, string]>([
    [{ type: 'string' }, 1, 'expected a string'],
    [{ type: 'string' }, '', 'length must be at least 1'],
    [{ type: 'string', len_min: 0 }, '', ''],
    [{ type: 'string', len_max: 2 }, 'abc', 'length must be at most 2'],
    [{ type: 'string', len_eq: 2 }, 'a', 'length must be 2'],
    [{ type: 'string', one_of: ['a', 'b'] }, 'c', 'expected one of: a, b'],
    [{ type: 'string', not_one_of: ['a'] }, 'a', 'must not be one of: a'],
    [{ type: 'string', match: '^%d+$' }, '12a', 'invalid value: 12a'],
    [{ type: 'string', match: '^%d+$', err: 'digits only' }, '12a', 'digits only'],
    [{ type: 'string', match_none: [{ pattern: '//', err: 'no empty segments' }] }, 'a//b', 'no empty segments'],
    [{ type: 'string', match_all: [{ pattern: '%d', err: 'a digit' }] }, 'a', 'a digit'],
    [{ type: 'string', match_any: { patterns: ['^a', '^b'] } }, 'c', 'invalid value: c'],
    [{ type: 'string', not_match: '^a' }, 'ab', 'invalid value: ab'],
    [{ type: 'string', starts_with: '/' }, 'a', 'should start with: /'],
    [{ type: 'string', is_regex: true }, '(', 'not a valid regex: ('],
    [{ type: 'string', uuid: true }, 'x', 'expected a valid UUID'],
    [{ type: 'string', eq: 'a' }, 'b', 'value must be "a"'],
    [{ type: 'string', ne: 'a' }, 'a', 'value must not be "a"'],
    [{ type: 'number' }, '1', 'expected a number'],
    [{ type: 'number', gt: 0 }, 0, 'value must be greater than 0'],
    [{ type: 'integer' }, 1.5, 'expected an integer'],
    [{ type: 'integer', between: [1, 3] }, 4, 'value should be between 1 and 3'],
    [{ type: 'integer', between: [1, 3] }, 3, ''],
    [{ type: 'integer', timestamp: true }, -1, 'expected a valid timestamp'],
    [{ type: 'boolean' }, 'true', 'expected a boolean'],
    [{ type: 'array', elements: { type: 'string' } }, {}, 'expected an array'],
    [{ type: 'array', elements: { type: 'string' } }, ['a', 1], '1: expected a string'],
    [{ type: 'array', len_min: 1, elements: { type: 'string' } }, [], 'length must be at least 1'],
    [{ type: 'array', contains: 'a' }, ['b'], 'expected to contain: "a"'],
    [{ type: 'set', elements: { type: 'string' } }, 'a', 'expected a set'],
    [
      { type: 'map', keys: { type: 'string', match: '^%l+$' }, values: { type: 'integer' } },
      { A: 1 },
      'A: invalid value: A',
    ],
    [{ type: 'map', values: { type: 'integer' } }, { a: 'b' }, 'a: expected an integer'],
    [{ type: 'map' }, [], 'expected a map'],
    [{ type: 'record', fields: [] }, 'x', 'expected a record'],
    [{ type: 'string', required: true }, null, 'required field missing'],
    [{ type: 'string', required: true }, undefined, 'required field missing'],
    [{ type: 'string', referenceable: true, one_of: ['a'] }, '{vault://env/x}', ''],
    [{ type: 'string', one_of: ['a'] }, '{vault://env/x}', 'expected one of: a'],
  ])('%j with %j: %s', (schema, value, expected) => {
    expect(faultsOf(schema, value)).toEqual(expected === '' ? [] : [expected]);
  });

  it('of a set keeps one of each', () => {
    const faults: string[] = [];
    const schema: FieldSchema = { type: 'set', elements: { type: 'string' } };
    expect(validateField(schema, ['a', 'b', 'a'], [], (_, problem) => faults.push(problem))).toEqual(['a', 'b']);
    expect(faults).toEqual([]);
  });
});

describe('a record', () => {
  const fields: readonly NamedField[] = [
    { name: { type: 'string', required: true } },
    { size: { type: 'integer', default: 3 } },
    {
      inner: {
        type: 'record',
        fields: [{ depth: { type: 'integer', default: 1 } }, { must: { type: 'string', required: true } }],
      },
    },
    { bare: { type: 'record', fields: [{ optional: { type: 'string' } }] } },
  ];

  it('gets its defaults; unset fields are null; one without defaults inside is not made up', () => {
    const { result, faults } = read(fields, { name: 'n', inner: { must: 'x' } });
    expect(faults).toEqual([]);
    expect(result).toEqual({ name: 'n', size: 3, inner: { depth: 1, must: 'x' }, bare: null });
  });

  it('with a default inside is created even when omitted, and then its required fields count', () => {
    expect(read(fields, { name: 'n' }).faults).toEqual(['inner.must: required field missing']);
  });

  it('names every fault, also unknown fields', () => {
    expect(read(fields, { size: 'x', nam: 1, inner: { must: 'y', other: 1 } }).faults).toEqual([
      'nam: unknown field',
      'name: required field missing',
      'size: expected an integer',
      'inner.other: unknown field',
    ]);
  });

  it('does not share its defaults', () => {
    const listed: readonly NamedField[] = [{ list: { type: 'array', default: ['a'], elements: { type: 'string' } } }];
    (read(listed, {}).result['list'] as string[]).push('b');
    expect(read(listed, {}).result['list']).toEqual(['a']);
  });
});

describe('a schema from outside', () => {
  it('is refused when it holds what is not understood', () => {
    expect(() => readSchema({ type: 'text' }, 'f')).toThrow('f: unknown type "text"');
    expect(() => readSchema({ type: 'string', custom_validator: 'x' }, 'f')).toThrow('custom_validator');
    expect(() => readSchema({ type: 'record', fields: [{ a: { type: 'strin' } }] }, 'f')).toThrow('f.a');
    expect(() => readSchema({ type: 'array', elements: 'string' }, 'f')).toThrow('f.elements');
    expect(() =>
      readSchema({ type: 'record', fields: [{ a: { type: 'string' }, b: { type: 'string' } }] }, 'f'),
    ).toThrow('one name');
  });

  it('of modi-verify is understood whole', () => {
    const fields = kongSchemaFields(modiVerifySchema.fields);
    expect(() => readSchema(JSON.parse(JSON.stringify({ type: 'record', fields })), 'config')).not.toThrow();
  });
});

describe('a Lua pattern', () => {
  it.each([
    ['^%d+[%.%d]*$', '1.2.840', '1.a'],
    ['^[%w%.%-%_~]+$', 'a-b_c.~9', 'a b'],
    ['^[a-z0-9!#%$%&]+$', 'x-y'.replace('-', '$'), 'X'],
    ['^%u%l*$', 'Abc', 'abc'],
    ['^%x%x$', 'fF', 'fg'],
    ['^[^*&%%\\`]+$', '/var/log/a b.log', 'a%b'],
    ['^a.-b$', 'axxb', 'axx'],
    ['^(ab)?c$'.replace('?', ''), 'abc', 'c'],
    ['%S', ' a', '  '],
    ['^%a[%w_]*$', 'a_1', '1a'],
    ['^[]]$', ']', 'x'],
    ['^[a-c%-]+$', 'a-c', 'd'],
    ['^%$%.$', '$.', '$x'],
    ['$a', 'x$a', 'a'],
  ])('%s takes %s and not %s', (pattern, good, bad) => {
    const regex = luaPatternToRegExp(pattern);
    expect(regex.test(good)).toBe(true);
    expect(regex.test(bad)).toBe(false);
  });

  it.each(['%b()', '%f[a]', '(a)%1', '()a', 'a%', '[a', '[%S]'])('%s is refused, not guessed', (pattern) => {
    expect(() => luaPatternToRegExp(pattern)).toThrow(SyntaxError);
  });

  it('of escaped characters matches just these', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (text, other) => {
        const byteText = Buffer.from(text).toString('latin1');
        const escaped = byteText.replace(/[^A-Za-z0-9]/gs, (character) => `%${character}`);
        const regex = luaPatternToRegExp(`^${escaped}$`);
        expect(regex.test(byteText)).toBe(true);
        expect(regex.test(Buffer.from(other).toString('latin1'))).toBe(other === text);
      }),
    );
  });
});
