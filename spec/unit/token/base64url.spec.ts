import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64Url } from '../../../plugins/core/token';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('decodeBase64Url', () => {
  it('reads back whatever was encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).toString('base64url');
        expect([...(decodeBase64Url(text) ?? [])]).toEqual([...bytes]);
      }),
    );
  });

  it('accepts one text per sequence of bytes: whatever it reads is what encoding gives back', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...ALPHABET.split('')), maxLength: 12 }), (text) => {
        const bytes = decodeBase64Url(text);
        if (bytes !== undefined) expect(bytes.toString('base64url')).toBe(text);
      }),
    );
  });

  it.each(['=', 'QQ==', 'QR', 'QUF', 'A', 'Q Q', 'Q+Q/', 'Q\nQQ', 'é', 'QQ\0'])('refuses %j', (text) => {
    expect(decodeBase64Url(text)).toBeUndefined();
  });
});
