import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { readJwks } from '../../plugins/core/trust/jwks/read-jwks';
import { SourceError } from '../../plugins/core/trust/source-contents';
import { jwkOf, jwkSet } from '../support/jwks';
import { mockPki, type MockPki } from '../support/pki';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 500);

let pki: MockPki;
let good: string;
let thumbprints: ReadonlySet<string>;

beforeAll(async () => {
  pki = await mockPki();
  const leaf = pki.leaf('ec');
  good = jwkSet(
    jwkOf(leaf.publicKey, 'one', { x5c: [leaf.der.toString('base64')], use: 'sig' }),
    jwkOf(pki.leaf('rsa').publicKey, 'two', { alg: 'RS256', key_ops: ['verify'] }),
  );
  thumbprints = new Set([...readJwks(Buffer.from(good), 'it', null).keys.values()].map(({ thumbprint }) => thumbprint));
});

/** Whatever comes in: a set whose keys can all be named and used, or a SourceError in short ASCII. */
function read(bytes: Buffer): readonly string[] {
  try {
    const { keys } = readJwks(bytes, 'it', null);
    for (const [kid, { key }] of keys) {
      expect(kid).toMatch(/^[\x21-\x7e]{1,256}$/);
      expect(key.key.type).toBe('public');
    }
    return [...keys.values()].map(({ thumbprint }) => thumbprint);
  } catch (error) {
    expect(error).toBeInstanceOf(SourceError);
    expect((error as SourceError).message).toMatch(/^[\x20-\x7e]{1,200}$/);
    return [];
  }
}

it('a set with any octet changed, added or left out gives keys, or a clear error', () => {
  const edit = fc.record({ at: fc.nat(4000), remove: fc.nat(3), insert: fc.uint8Array({ maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const changed = edits.reduce((bytes, { at, remove, insert }) => {
        const place = at % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, place), insert, bytes.subarray(place + remove)]);
      }, Buffer.from(good));
      read(changed);
    }),
    { numRuns: RUNS },
  );
});

it('members of any kind make no key of those that are there', () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('RSA', 'EC', 'oct', 'sig', 'enc', 'P-256', 'AQAB'),
  );
  const names = [
    'kty',
    'kid',
    'use',
    'alg',
    'key_ops',
    'n',
    'e',
    'crv',
    'x',
    'y',
    'x5c',
    'd',
    'k',
    '__proto__',
    'constructor',
  ];
  const member = fc.dictionary(fc.constantFrom(...names), value);
  fc.assert(
    fc.property(fc.array(fc.oneof(member, fc.jsonValue({ maxDepth: 1 })), { maxLength: 5 }), (keys) => {
      for (const thumbprint of read(Buffer.from(JSON.stringify({ keys }))))
        expect(thumbprints.has(thumbprint)).toBe(false);
    }),
    { numRuns: RUNS },
  );
});
