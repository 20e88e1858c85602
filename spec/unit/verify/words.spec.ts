import { describe, expect, it } from 'vitest';
import { sameContentType } from '../../../plugins/core/verify/content-type';
import { kindOf, printable } from '../../../plugins/core/verify/printable';
import { authorizationOf, proven, tokenOf } from '../../../plugins/core/verify/proven';
import { normalisedPath, normalisedUri, publicBase } from '../../../plugins/core/verify/public-url';
import { timeText } from '../../../plugins/core/verify/time-text';
import type { Verification } from '../../../plugins/core/verify/types';

describe('what a stranger sent, in an answer', () => {
  it.each<[unknown, string]>([
    ['plain text', 'plain text'],
    [' ~', ' ~'],
    ['\x1f\x7f\nè\u{1f600}', '??????'],
    [{ a: ['b', 1] }, '{"a":["b",1]}'],
    [null, 'null'],
    [false, 'false'],
    [undefined, 'nothing'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['x'.repeat(65), `${'x'.repeat(64)}...`],
  ])('%j is repeated as %j', (value, text) => {
    expect(printable(value)).toBe(text);
  });

  it('is cut where it is asked for', () => {
    expect([printable('abcd', 4), printable('abcde', 4)]).toEqual(['abcd', 'abcd...']);
  });

  it.each<[unknown, string]>([
    [undefined, 'nothing'],
    [null, 'null'],
    [[], 'an array'],
    [{}, 'an object'],
    ['', 'a string'],
    [0, 'a number'],
    [true, 'a boolean'],
  ])('%j is %s', (value, kind) => {
    expect(kindOf(value)).toBe(kind);
  });

  it.each([
    [0, '1970-01-01T00:00:00.000Z'],
    [1.5, '1970-01-01T00:00:01.500Z'],
    [8_640_000_000_000, '+275760-09-13T00:00:00.000Z'],
    [8_640_000_000_001, '8640000000001 s'],
    [-8_640_000_000_000, '-271821-04-20T00:00:00.000Z'],
    [-8_640_000_000_001, '-8640000000001 s'],
  ])('the time %d is %s', (seconds, text) => {
    expect(timeText(seconds)).toBe(text);
  });
});

describe('a step that was left out', () => {
  const none = { tokens: {} } as Verification;

  it('is a mistake of the programmer, and says what is missing', () => {
    expect(() => {
      proven(undefined, 'the body');
    }).toThrow(new TypeError('the body is not established yet: the checks are out of order'));
    expect(() => tokenOf(none, 'AUDIT')).toThrow('the AUDIT token is not established yet');
    expect(() => authorizationOf(none)).toThrow('the token in Authorization is not established yet');
    expect(proven('', 'a text')).toBe('');
  });

  it('the token in Authorization is the one of the caller, or the voucher', () => {
    const own = { kind: 'ID_AUTH', text: 'a' } as const;
    const voucher = { kind: 'VOUCHER', text: 'b' } as const;
    const withTokens = (tokens: Verification['tokens']) => authorizationOf({ ...none, tokens });
    expect(withTokens({ ID_AUTH: own })).toBe(own);
    expect(withTokens({ VOUCHER: voucher })).toBe(voucher);
  });
});

describe('Content-Type by meaning', () => {
  it.each([
    ['application/json', 'application/json', true],
    ['application/json', 'Application/JSON', true],
    ['application/json', 'application/xml', false],
    ['no type', 'no type', true],
    ['no type', 'NO TYPE', false],
    ['application/json', 'no type', false],
    ['no type', 'application/json', false],
    ['a/b; x=1', 'a/b; X="1"', true],
    ['a/b; x=y', 'a/b; x=Y', false],
    ['a/b; charset=utf-8', 'a/b; Charset=UTF-8', true],
    ['a/b; x=1; y=2', 'a/b; y=2; x=1', true],
    ['a/b; x=1', 'a/b; x=1; y=2', false],
    ['a/b; x=1; y=2', 'a/b; x=1', false],
    ['a/b; x=1; y=2', 'a/b; x=1; z=2', false],
    ['a/b; x=1; y=2', 'a/b; x=1; y=3', false],
  ])('%s and %s: %j', (one, other, same) => {
    expect(sameContentType(one, other)).toBe(same);
  });
});

describe('the public address of a service', () => {
  it.each([
    ['https://api.example', 'https://api.example'],
    ['https://api.example/', 'https://api.example'],
    ['HTTPS://API.example:443/a/../b/', 'https://api.example/b'],
    ['http://api.example:8080/%7Ea%2fb', 'http://api.example:8080/~a%2Fb'],
  ])('%s is %s', (text, base) => {
    expect(publicBase(text, 'f')).toBe(base);
  });

  it.each([
    '',
    'api.example',
    'ftp://api.example',
    'xhttps://api.example',
    'https://api.example?a',
    'https://api.example#a',
    'https://u@api.example',
    'https://api.example/a b',
    'https://api.example\\a',
    'https://api.example/\n',
    'https://èx.example',
    'https://[x]',
  ])('%j is none', (text) => {
    expect(() => publicBase(text, 'pdnd.dpop.public_urls[1]')).toThrow(
      expect.objectContaining({
        field: 'pdnd.dpop.public_urls[1]',
        message: expect.stringContaining(
          `expected an http or https URL without query and user, found "${text}"`,
        ) as string,
      }),
    );
  });

  it.each([
    ['https://api.example/a?b#c', 'https://api.example/a'],
    ['http://API.example:80/%41%2d%2e%5f%7E%30%7a%2f', 'http://api.example/A-._~0z%2F'],
    ['https://u@api.example/a', undefined],
    ['https://:p@api.example/a', undefined],
    ['/a', undefined],
    ['https://api.example/ a', undefined],
    [' https://api.example/a', undefined],
    ['https://api.example/a ', undefined],
    ['wss://api.example/a', undefined],
    ['https:', undefined],
  ])('htu %j is %j', (text, uri) => {
    expect(normalisedUri(text)).toBe(uri);
  });

  it.each([
    ['/a/./b/../c?x=/y', '/a/c'],
    ['//host/a', '//host/a'],
    ['/%61%2F', '/a%2F'],
    ['/%2', '/%2'],
    ['*', undefined],
    ['https://api.example/a', undefined],
    ['/a\\b', undefined],
    ['/a b', undefined],
  ])('the target %j is %j', (target, path) => {
    expect(normalisedPath(target)).toBe(path);
  });
});
