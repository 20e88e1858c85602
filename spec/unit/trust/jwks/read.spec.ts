import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { newKeyPair } from '../../../../plugins/core/pki';
import { readJwks } from '../../../../plugins/core/trust/jwks/read-jwks';
import { SourceError } from '../../../../plugins/core/trust/source-contents';
import { jwkOf, jwkSet } from '../../../support/jwks';
import { mockPki, type MockPki } from '../../../support/pki';

let pki: MockPki;
let good: ReturnType<typeof jwkOf>;
beforeAll(async () => {
  pki = await mockPki();
  good = jwkOf(pki.leaf('ec').publicKey, 'one');
});

const read = (text: string, usages: readonly string[] | null = null) =>
  readJwks(Buffer.from(text), 'the file "keys.json"', usages);
const ids = (text: string): readonly string[] => [...read(text).keys.keys()];

describe('a JWK Set', () => {
  it('gives its keys by kid, RSA and EC, with the only algorithm each allows', () => {
    const rsa = jwkOf(pki.leaf('rsa').publicKey, 'two', { alg: 'RS256', use: 'sig', key_ops: ['verify'] });
    const { keys, skipped } = read(jwkSet(good, rsa));
    expect(keys.get('one')).toMatchObject({ key: { type: 'EC', curve: 'P-256' }, algorithm: undefined });
    expect(keys.get('two')).toMatchObject({ key: { type: 'RSA', bits: 2048 }, algorithm: 'RS256' });
    expect(skipped).toBe(0);
  });

  it('names a key by RFC 7638, whatever else the member holds', () => {
    // The example of RFC 7638 3.1.
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    const { keys } = read(jwkSet({ kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' }));
    expect(keys.get('2011-04-29')?.thumbprint).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  it('names a key on a curve the same way', () => {
    // The key and its thumbprint in RFC 9449 4.2 and 6.1.
    const x = 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs';
    const y = '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA';
    const { keys } = read(jwkSet({ kty: 'EC', crv: 'P-256', x, y, kid: 'proof' }));
    expect(keys.get('proof')?.thumbprint).toBe('0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I');
  });

  it('gives a key with x5c its certificate', () => {
    const leaf = pki.leaf('ec');
    const x5c = leaf.chain.map((der) => der.toString('base64'));
    expect(read(jwkSet({ ...good, x5c })).keys.get('one')?.certificate?.x509.raw).toEqual(leaf.der);
  });

  it.each<[string, () => Record<string, unknown>]>([
    ['without kid', () => ({ ...good, kid: undefined })],
    ['with a kid that is no text', () => ({ ...good, kid: 7 })],
    ['with a kid that cannot be printed', () => ({ ...good, kid: 'a\nb' })],
    ['with a kid without end', () => ({ ...good, kid: 'k'.repeat(257) })],
    ['for encryption', () => ({ ...good, kid: 'x', use: 'enc' })],
    ['for other operations', () => ({ ...good, kid: 'x', key_ops: ['encrypt'] })],
    ['for operations that are no list', () => ({ ...good, kid: 'x', key_ops: 'verify' })],
    ['for an unknown algorithm', () => ({ ...good, kid: 'x', alg: 'ES256K' })],
    ['for no algorithm', () => ({ ...good, kid: 'x', alg: 'none' })],
    ['of an unknown kind', () => ({ kty: 'OKP', crv: 'Ed25519', x: 'AAAA', kid: 'x' })],
    ['with a point that is on no curve', () => ({ ...good, kid: 'x', x: Buffer.alloc(32, 1).toString('base64url') })],
    ['without its members', () => ({ kty: 'RSA', kid: 'x' })],
    ['with x5c that is no list', () => ({ ...good, kid: 'x', x5c: 'MII' })],
    ['with x5c that holds no certificate', () => ({ ...good, kid: 'x', x5c: ['AAAA'] })],
    ['with the certificate of an authority', () => ({ ...good, kid: 'x', x5c: [pki.root.der.toString('base64')] })],
    [
      'with the certificate of another key',
      () => ({ ...good, kid: 'x', x5c: [pki.leaf('rsa').der.toString('base64')] }),
    ],
  ])('leaves out a key %s', (_, member) => {
    const text = jwkSet({ ...good, kid: 'good' }, member());
    expect(ids(text)).toEqual(['good']);
    expect(read(text).skipped).toBe(1);
  });

  it('leaves out a weak key, and one whose certificate may not sign tokens', async () => {
    const { publicKey } = await newKeyPair('EC-P256');
    const wrong = await pki.issue({ key: 'EC-P256', keyUsage: ['keyEncipherment'] });
    const x5c = [wrong.der.toString('base64')];
    const weak = await pki.issue({ key: generateKeyPairSync('rsa', { modulusLength: 1024 }) });
    const ofWeak = jwkOf(publicKey, 'y', { x5c: [weak.der.toString('base64')] });
    const rsa1024 = { kty: 'RSA', n: Buffer.alloc(128, 0xc1).toString('base64url'), e: 'AQAB', kid: 'weak' };
    expect(ids(jwkSet(jwkOf(publicKey, 'good'), jwkOf(wrong.publicKey, 'x', { x5c }), ofWeak, rsa1024))).toEqual([
      'good',
    ]);
  });
});

describe('a JWK Set is refused:', () => {
  it.each<[string, () => string, string]>([
    ['no JSON', () => '{', 'is no JSON'],
    ['another document', () => '{"key":[]}', 'is no JWK Set'],
    ['keys that are no list', () => '{"keys":{}}', 'is no JWK Set'],
    ['a list of texts', () => '{"keys":["x"]}', 'is no JWK Set'],
    ['no keys', () => jwkSet(), 'holds no key'],
    ['too many keys', () => jwkSet(...Array.from({ length: 1001 }, () => ({}))), 'holds 1001 keys'],
    ['two keys of one kid', () => jwkSet(good, jwkOf(pki.leaf('rsa').publicKey, 'one')), 'two keys of one kid'],
    ['a private key', () => jwkSet(good, pki.leaf('ec').privateKey.export({ format: 'jwk' })), 'holds a private'],
    ['a symmetric key', () => jwkSet(good, { kty: 'oct', k: 'c2VjcmV0', kid: 'mac' }), 'symmetric key'],
  ])('%s', (_, text, says) => {
    const reading = () => read(text());
    expect(reading).toThrow(SourceError);
    expect(reading).toThrow(says);
  });
});
