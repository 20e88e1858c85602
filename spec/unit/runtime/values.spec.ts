import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../plugins/runtime/kong';
import { decodeMessage, encodeMessage } from '../../../plugins/runtime/wire/messages';
import { fromWireHeaders, fromWireValue, toWireHeaders, toWireValue } from '../../../plugins/runtime/wire/values';

const overTheWire = (value: JsonValue): JsonValue =>
  fromWireValue(decodeMessage('Value', encodeMessage('Value', toWireValue(value))));

const headersOverTheWire = (headers: Record<string, string | string[]>) =>
  fromWireHeaders(decodeMessage('Struct', encodeMessage('Struct', toWireHeaders(headers))));

describe('values on the wire', () => {
  it('keeps any JSON value, false and empty ones included', () => {
    fc.assert(
      fc.property(
        fc.jsonValue().filter((value) => !JSON.stringify(value).includes('__proto__')),
        (value) => {
          const json = JSON.parse(JSON.stringify(value).replaceAll('-0', '0')) as JsonValue;
          expect(overTheWire(json)).toEqual(json);
        },
      ),
    );
  });

  it('keeps every byte of a header value', () => {
    const bytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
    expect(headersOverTheWire({ 'X-All': bytes }).get('x-all')).toEqual([bytes]);
  });

  it('folds names to lower case and keeps both spellings of one name as two values', () => {
    expect(headersOverTheWire({ Digest: 'a', digest: ['b', 'c'] }).get('digest')).toEqual(['a', 'b', 'c']);
  });

  it('leaves out a header without values', () => {
    expect(headersOverTheWire({ 'x-none': [] }).has('x-none')).toBe(false);
  });

  it('shows a header that came as a number or a boolean instead of hiding it', () => {
    const struct = { fields: { digest: { number_value: 5 }, x: { bool_value: false } } };
    expect([...fromWireHeaders(struct)]).toEqual([
      ['digest', ['5']],
      ['x', ['false']],
    ]);
  });
});

describe('messages', () => {
  it('tells absent from false, zero and empty', () => {
    expect(Object.keys(decodeMessage('RawBodyResult', Buffer.alloc(0)))).toEqual([]);
    expect(
      decodeMessage('RawBodyResult', encodeMessage('RawBodyResult', { content: Buffer.alloc(0) })).content,
    ).toHaveLength(0);
    expect(decodeMessage('RpcCall', Buffer.alloc(0)).cmd_handle_event).toBeUndefined();
  });

  it('throws on bytes that are no such message', () => {
    expect(() => decodeMessage('RpcCall', Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))).toThrow();
  });
});
