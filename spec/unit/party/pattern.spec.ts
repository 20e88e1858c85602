import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFits, compilePattern } from '../../../plugins/core/party/pattern';

describe('a pattern', () => {
  it.each([
    ['CF:IT-80012000000', 'CF:IT-80012000000', true],
    ['CF:IT-80012000000', 'CF:IT-800120000000', false],
    ['CF:IT-80012000000', ' CF:IT-80012000000', false],
    ['CF:IT-80012000000', 'cf:it-80012000000', false],
    ['CF:IT-*', 'CF:IT-80012000000', true],
    ['CF:IT-*', 'CF:IT-', true],
    ['CF:IT-*', 'VATIT-CF:IT-1', false],
    ['*.example.it', 'api.example.it', true],
    ['*.example.it', 'api.example.it.evil.test', false],
    ['*.example.it', 'example.it', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['a*bc*bc', 'abc', false],
    ['a*bc*bc', 'abcbc', true],
    ['*', '', true],
    ['**', 'anything', true],
    ['.', 'x', false],
    ['(a+)+$', '(a+)+$', true],
    ['[ab]', 'a', false],
    ['', 'x', false],
  ])('%j and %j: %j', (pattern, value, fits) => {
    expect(compilePattern(pattern)(value)).toBe(fits);
  });

  it('agrees with the regular expression that means the same', () => {
    const text = fc.stringMatching(/^[ab*]{0,8}$/);
    const value = fc.stringMatching(/^[ab]{0,12}$/);
    fc.assert(
      fc.property(text, value, (pattern, candidate) => {
        const meant = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(compilePattern(pattern)(candidate)).toBe(meant.test(candidate));
      }),
      { numRuns: 5000 },
    );
  });

  it('fits whatever was put in the place of its stars, line feeds included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }),
        fc.string(),
        (parts, filler) => {
          const clean = parts.map((part) => part.replaceAll('*', ''));
          expect(compilePattern(clean.join('*'))(clean.join(filler))).toBe(true);
        },
      ),
    );
  });

  it('looks through a value once: a hundred stars on 100,000 characters that nearly fit', () => {
    const pattern = compilePattern(`${'*a'.repeat(100)}*b`);
    expect(pattern('a'.repeat(100_000))).toBe(false);
    expect(pattern(`${'a'.repeat(100_000)}b`)).toBe(true);
  });
});

describe('anyFits', () => {
  it('needs one value and one pattern that fit each other', () => {
    const patterns = ['x*', 'y'].map(compilePattern);
    expect(anyFits(patterns, ['a', 'xa'])).toBe(true);
    expect(anyFits(patterns, ['a', 'b'])).toBe(false);
    expect(anyFits(patterns, [])).toBe(false);
    expect(anyFits([], ['x'])).toBe(false);
  });
});
