import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJsonPart, splitCompact } from '../../../plugins/core/token';

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('splitCompact', () => {
  it('cuts header, payload and signature', () => {
    expect(splitCompact('a.b.c')).toEqual({ header: 'a', payload: 'b', signature: 'c' });
  });

  it.each(['', 'a', 'a.b', '.', '..', 'a..c', '.b.c', 'a.b.', 'a.b.c.d', 'a.b.c.', '....'])('refuses %j', (text) => {
    expect(typeof splitCompact(text)).toBe('string');
  });

  it.each([
    ['', 'fewer than three parts'],
    ['a', 'fewer than three parts'],
    ['a.b', 'fewer than three parts'],
    ['a.b.c.', 'more than three parts'],
    ['.b.c', 'an empty part'],
    ['a..c', 'an empty part'],
    ['..', 'an empty part'],
    ['a.b.', 'no signature'],
  ])('says what is wrong with %j: %s', (text, problem) => {
    expect(splitCompact(text)).toBe(problem);
  });

  it('answers any text without throwing, and never accepts another number of dots than two', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parts = splitCompact(text);
        if (typeof parts === 'string') return;
        expect(Object.values(parts).join('.')).toBe(text);
        expect(text.split('.')).toHaveLength(3);
      }),
    );
  });
});

describe('decodeJsonPart', () => {
  it('decodes an object', () => {
    expect(decodeJsonPart(part({ typ: 'JWT', città: 'Prato' }), 'header')).toEqual({ typ: 'JWT', città: 'Prato' });
  });

  it.each([[[1]], ['text'], [1], [null], [true]])('refuses %j, which is no object', (value) => {
    expect(decodeJsonPart(part(value), 'payload')).toBe('the payload is not a JSON object');
  });

  it('names what is wrong', () => {
    expect(decodeJsonPart('e30=', 'header')).toBe('the header is not base64url');
    expect(decodeJsonPart(Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url'), 'header')).toBe(
      'the header is not UTF-8',
    );
    expect(decodeJsonPart(Buffer.from('{"a":').toString('base64url'), 'header')).toBe(
      'the header is not a JSON object',
    );
  });

  it('keeps a member named __proto__ from becoming a prototype', () => {
    const object = decodeJsonPart(Buffer.from('{"__proto__":{"alg":"none"}}').toString('base64url'), 'header');
    expect((object as { alg?: unknown }).alg).toBeUndefined();
  });
});
