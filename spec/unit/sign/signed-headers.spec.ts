import { describe, expect, it } from 'vitest';
import { signedHeaders, SigningError } from '../../../plugins/core/sign';

describe('signedHeaders', () => {
  it('lists digest, content-type and content-encoding whenever they are on the wire, lower case, in this order', () => {
    expect(
      signedHeaders([
        ['Content-Encoding', 'gzip'],
        ['Accept', '*/*'],
        ['Content-Type', 'application/json'],
        ['Digest', 'SHA-256=x'],
      ]),
    ).toEqual([{ digest: 'SHA-256=x' }, { 'content-type': 'application/json' }, { 'content-encoding': 'gzip' }]);
  });

  it('adds the agreed headers in the order given, once each, one object per value', () => {
    const headers = [
      ['X-Two', 'b'],
      ['X-One', ' a '],
      ['x-two', 'c'],
      ['Digest', 'd'],
    ] as const;
    expect(signedHeaders(headers, ['X-Two', 'digest', 'x-one', 'X-TWO'])).toEqual([
      { digest: 'd' },
      { 'x-two': 'b' },
      { 'x-two': 'c' },
      { 'x-one': 'a' },
    ]);
  });

  it('refuses to sign what is not there', () => {
    const attempt = () => signedHeaders([['Digest', 'd']], ['X-Absent']);
    expect(attempt).toThrow(SigningError);
    expect(attempt).toThrow(/x-absent/);
  });
});
