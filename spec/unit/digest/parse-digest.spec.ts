import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDigest } from '../../../plugins/core/digest';

const sha = (algorithm: string, text: string): Buffer => createHash(algorithm).update(text).digest();
const sha256 = sha('sha256', 'x').toString('base64');

describe('parseDigest', () => {
  it.each(['SHA-256', 'sha-256', 'Sha-256'])('reads %s, whatever its case', (name) => {
    expect(parseDigest(`${name}=${sha256}`)).toEqual({
      algorithm: 'SHA-256',
      encoding: 'base64',
      bytes: sha('sha256', 'x'),
    });
  });

  it('reads the three algorithms of the security annex', () => {
    for (const [name, hash] of [
      ['SHA-384', 'sha384'],
      ['SHA-512', 'sha512'],
    ] as const) {
      const parsed = parseDigest(`${name}=${sha(hash, 'y').toString('base64')}`);
      expect(parsed).toMatchObject({ algorithm: name, bytes: sha(hash, 'y') });
    }
  });

  it('recognises hex, so that the answer can name the mistake', () => {
    expect(parseDigest(`SHA-256=${sha('sha256', 'x').toString('hex')}`)).toMatchObject({
      encoding: 'hex',
      bytes: sha('sha256', 'x'),
    });
  });

  it.each([
    ['', 'malformed'],
    ['SHA-256', 'malformed'],
    ['=abc', 'malformed'],
    ['SHA-256=', 'malformed'],
    ['SHA-256=abc', 'malformed'],
    [`SHA-256=${sha256.replace('=', '')}`, 'malformed'],
    [`SHA-256=${sha('sha512', 'x').toString('base64')}`, 'malformed'],
    [`SHA-256=${sha('sha256', 'x').toString('base64url')}`, 'malformed'],
    [`MD5=${sha256}`, 'algorithm'],
    [`SHA=${sha256}`, 'algorithm'],
    [`UNIXsum=30637`, 'algorithm'],
    [`__proto__=${sha256}`, 'algorithm'],
    [`SHA-256=${sha256},SHA-512=${sha256}`, 'several'],
  ])('refuses %j as %s', (value, problem) => {
    expect(parseDigest(value)).toMatchObject({ problem });
  });

  it('reads past spaces around the algorithm and the value', () => {
    expect(parseDigest(` SHA-256 = ${sha256} `)).toEqual(parseDigest(`SHA-256=${sha256}`));
  });

  it('takes no text for hex that is not hex from end to end', () => {
    const hex = sha('sha256', 'x').toString('hex').slice(1);
    for (const text of [`g${hex}`, `${hex}g`]) {
      expect(parseDigest(`SHA-256=${text}`)).toMatchObject({ problem: 'malformed' });
    }
  });

  it('repeats at most 20 characters of an unknown algorithm, what cannot be printed as question marks', () => {
    expect(parseDigest(`${'é\n'.repeat(15)}x=`)).toEqual({ problem: 'algorithm', found: '?'.repeat(20) });
  });

  it('answers any text, and repeats nothing unprintable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const parsed = parseDigest(value);
        if ('problem' in parsed) expect(parsed.found).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});
