import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestHeader } from '../../../plugins/core/sign';

describe('digestHeader', () => {
  it('is the value that ModI peers exchange for a known body', () => {
    const body = Buffer.from('{"codice":"AB12","anno":2024}');
    expect(digestHeader(body)).toBe('SHA-256=Fn+5Cjw98WYMYJqmhp145NlNywNlDMZ5N7126nXr/j4=');
  });

  it('knows the digest of zero bytes', () => {
    expect(digestHeader(Buffer.alloc(0))).toBe('SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
  });

  it.each([
    ['SHA-256', 32],
    ['SHA-384', 48],
    ['SHA-512', 64],
  ] as const)('%s has %i bytes in padded base64', (algorithm, bytes) => {
    const [name, value = ''] = digestHeader(Buffer.from('x'), algorithm).split(/=(.*)/s);
    expect(name).toBe(algorithm);
    expect(Buffer.from(value, 'base64')).toHaveLength(bytes);
    expect(Buffer.from(value, 'base64').toString('base64')).toBe(value);
  });

  it('hashes any bytes as they are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (body) => {
        expect(digestHeader(body)).toBe(`SHA-256=${createHash('sha256').update(body).digest('base64')}`);
      }),
    );
  });
});
