import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileClaimRules, type ClaimRuleConfig } from '../../../plugins/core/party';
import { claimValues, compileClaimPath } from '../../../plugins/core/party/claim-path';
import { ConfigError } from '../../../plugins/core/schema';

const RULE: ClaimRuleConfig = {
  name: null,
  token: 'ID_AUTH',
  claim: 'purpose',
  value: null,
  one_of: null,
  patterns: null,
  pattern: null,
  optional: false,
};

const verdict = (rule: Partial<ClaimRuleConfig>, claims: Record<string, unknown> | undefined): string =>
  compileClaimRules([{ ...RULE, ...rule }], ['ID_AUTH', 'INTEGRITY'], 'authorization')[0]?.judge(claims).verdict ?? '';

describe('a rule on a claim', () => {
  it.each([
    [{}, { purpose: 'x' }, 'holds'],
    [{}, {}, 'missing'],
    [{}, { purpose: null }, 'missing'],
    [{}, { purpose: [] }, 'missing'],
    [{}, { purpose: {} }, 'holds'],
    [{ value: 'a' }, { purpose: 'a' }, 'holds'],
    [{ value: 'a' }, { purpose: 'A' }, 'differs'],
    [{ value: 'a' }, { purpose: ['b', 'a'] }, 'holds'],
    [{ value: 'a' }, { purpose: ['b', 'c'] }, 'differs'],
    [{ value: 'a' }, { purpose: { a: 'a' } }, 'differs'],
    [{ value: '5' }, { purpose: 5 }, 'holds'],
    [{ value: 'true' }, { purpose: true }, 'holds'],
    [{ value: 'null' }, { purpose: null }, 'missing'],
    [{ value: '[object Object]' }, { purpose: {} }, 'differs'],
    [{ one_of: ['a', 'b'] }, { purpose: 'b' }, 'holds'],
    [{ one_of: ['a', 'b'] }, { purpose: 'c' }, 'differs'],
    [{ patterns: ['a*', 'b'] }, { purpose: 'abc' }, 'holds'],
    [{ patterns: ['a*', 'b'] }, { purpose: 'xabc' }, 'differs'],
    [{ pattern: 'a\\d{2}|b' }, { purpose: 'a12' }, 'holds'],
    [{ pattern: 'a\\d{2}|b' }, { purpose: 'xb' }, 'differs'],
    [{ pattern: 'a\\d{2}|b' }, { purpose: 'b\n' }, 'differs'],
    [{ pattern: 'a\\d{2}|b' }, { purpose: ['x', 'b'] }, 'holds'],
    [{ pattern: '[0-9]+' }, { purpose: 17 }, 'holds'],
    [{ pattern: '.*' }, { purpose: {} }, 'differs'],
    [{ pattern: '.*' }, {}, 'missing'],
    [{ pattern: '' }, { purpose: 'x' }, 'differs'],
    [{ pattern: 'a*' }, { purpose: 'a'.repeat(256) }, 'holds'],
    [{ pattern: 'a*' }, { purpose: 'a'.repeat(257) }, 'differs'],
    [{ pattern: 'b' }, { purpose: [...Array<string>(7).fill('a'.repeat(256)), 'b'] }, 'holds'],
    [{ pattern: 'b' }, { purpose: [...Array<string>(8).fill('a'.repeat(256)), 'b'] }, 'differs'],
    [{ optional: true, value: 'a' }, {}, 'holds'],
    [{ optional: true, value: 'a' }, { purpose: 'b' }, 'differs'],
    [{ claim: 'purpose.id', value: 'a' }, { purpose: { id: 'a' } }, 'holds'],
    [{ claim: 'purpose.id', value: 'a' }, { 'purpose.id': 'a' }, 'missing'],
    [{ claim: 'purpose\\.id', value: 'a' }, { 'purpose.id': 'a' }, 'holds'],
    [{ claim: 'roles.name', value: 'b' }, { roles: [{ name: 'a' }, { name: 'b' }] }, 'holds'],
    [{ claim: 'roles.name', value: 'c' }, { roles: [{ name: 'a' }, { name: 'b' }] }, 'differs'],
    [{ claim: 'roles.0', value: 'a' }, { roles: ['a'] }, 'missing'],
  ])('%j on %j: %s', (rule, claims, expected) => {
    expect(verdict(rule, claims)).toBe(expected);
  });

  it('does not hold for a token that is not there, unless it is optional', () => {
    expect(verdict({}, undefined)).toBe('missing');
    expect(verdict({ optional: true }, undefined)).toBe('holds');
  });

  it.each(['__proto__', 'constructor', 'toString', 'constructor.name', '__proto__.x', 'hasOwnProperty'])(
    'finds no %s that the token does not hold',
    (claim) => {
      expect(verdict({ claim }, {})).toBe('missing');
      expect(verdict({ claim: `purpose.${claim}` }, { purpose: 'text' })).toBe('missing');
    },
  );

  it('never throws, and holds for a value exactly when it is listed', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.string(), { minLength: 1 }), (purpose, list) => {
        const listed = [purpose].flat(1).some((one) => typeof one === 'string' && list.includes(one));
        const outcome = verdict({ one_of: list }, { purpose });
        if (listed) expect(outcome).toBe('holds');
        else if (typeof purpose === 'string') expect(outcome).toBe('differs');
      }),
    );
  });

  it('takes no time to speak of for the worst expression that is let through, whatever the token holds', () => {
    const purpose = Array<string>(1000).fill('a'.repeat(256));
    const start = performance.now();
    expect(verdict({ pattern: 'a*a*a*b' }, { purpose })).toBe('differs');
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('looks at no more than a thousand values', () => {
    const lists = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => ({ b: 'x' })));
    expect(claimValues({ a: lists.flat() }, ['a', 'b'])).toHaveLength(1000);
  });
});

describe('the configuration of a rule', () => {
  const problem = (rule: Partial<ClaimRuleConfig>): ConfigError => {
    try {
      verdict(rule, {});
    } catch (error) {
      if (error instanceof ConfigError) return error;
    }
    throw new Error('accepted');
  };

  it.each([
    [{ claim: 'a..b' }, 'authorization[1].claim'],
    [{ claim: '.a' }, 'authorization[1].claim'],
    [{ claim: 'a.' }, 'authorization[1].claim'],
    [{ token: 'VOUCHER' }, 'authorization[1].token'],
    [{ value: 'a', one_of: ['a'] }, 'authorization[1]'],
    [{ one_of: ['a'], patterns: ['a'] }, 'authorization[1]'],
    [{ value: 'a', pattern: 'a' }, 'authorization[1]'],
    [{ patterns: ['a'], pattern: 'a' }, 'authorization[1]'],
    [{ pattern: '(' }, 'authorization[1].pattern'],
    [{ pattern: '(a+)+b' }, 'authorization[1].pattern'],
    [{ pattern: 'a*a*a*a*b' }, 'authorization[1].pattern'],
    [{ pattern: '(a)\\1' }, 'authorization[1].pattern'],
    [{ pattern: 'a'.repeat(257) }, 'authorization[1].pattern'],
  ])('%j is refused at %s', (rule, field) => {
    expect(problem(rule).field).toBe(field);
  });

  it('gives a rule without name its place', () => {
    const rules = compileClaimRules(
      [RULE, { ...RULE, name: 'purpose of the agreement' }],
      ['ID_AUTH'],
      'authorization',
    );
    expect(rules.map(({ name }) => name)).toEqual(['authorization[1]', 'purpose of the agreement']);
  });

  it('reads a path by its dots', () => {
    expect(compileClaimPath('a.b\\.c.d', 'claim')).toEqual(['a', 'b.c', 'd']);
  });
});
