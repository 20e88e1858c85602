import { createPublicKey, X509Certificate, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileKey, readSources, type KeySettings, type SigningKey } from '../../../plugins/core/keys';
import { openssl } from '../../support/openssl';
import { mockPki, PKI_NOW, type MockPki, type MockSigner } from '../../support/pki';
import { keyFolder } from '../../support/sign-route';

let pki: MockPki;
let signers: Record<'ec' | 'rsa', MockSigner>;
const { path, done } = keyFolder();
beforeAll(async () => {
  pki = await mockPki();
  signers = { ec: pki.leaf('ec'), rsa: pki.leaf('rsa') };
  for (const kind of ['ec', 'rsa'] as const) {
    path(`${kind}.key`, signers[kind].privateKey.export({ type: 'pkcs8', format: 'pem' }));
    path(`${kind}.pem`, signers[kind].pem);
  }
  path('chain.pem', pki.intermediate.pem + pki.root.pem);
  path('password', 'segreto\n');
});
afterAll(done);

const settings = (change: Partial<KeySettings>): KeySettings => ({
  file: '',
  format: 'auto',
  password: null,
  password_file: null,
  kid: null,
  certificate: null,
  algorithm: null,
  reference: 'x5c_chain',
  ...change,
});

const load = (change: Partial<KeySettings>): SigningKey => {
  const all = settings(change);
  return compileKey(all, readSources(all), PKI_NOW);
};

/** The key signs, and the certificate it comes with verifies. */
async function expectWorking(key: SigningKey, signer: MockSigner): Promise<void> {
  expect(key.certificates[0]?.raw.equals(signer.der)).toBe(true);
  const token = await key.signer.sign({ a: 1 });
  const at = token.lastIndexOf('.');
  const signed = Buffer.from(token.slice(0, at));
  const publicKey = { key: new X509Certificate(signer.der).publicKey, dsaEncoding: 'ieee-p1363' as const };
  expect(verify('sha256', signed, publicKey, Buffer.from(token.slice(at + 1), 'base64url'))).toBe(true);
}

const CASES = ['ec', 'rsa'] as const;

describe.each(CASES)('a key of kind %s', (kind) => {
  const traditional = (...more: string[]): string =>
    openssl([
      kind === 'ec' ? 'ec' : 'rsa',
      '-in',
      path(`${kind}.key`),
      ...(kind === 'rsa' ? ['-traditional'] : []),
      ...more,
    ]).toString();

  it.each<[string, () => Partial<KeySettings>]>([
    ['PKCS#8', () => ({ file: path(`${kind}.key`) })],
    [
      'PKCS#8, encrypted',
      () => ({ file: openssl(['pkcs8', '-topk8', '-in', path(`${kind}.key`), '-passout', 'pass:segreto']).toString() }),
    ],
    ['PKCS#1 or SEC1', () => ({ file: path('traditional', traditional()) })],
    [
      'PKCS#1 or SEC1, encrypted',
      () => ({ file: path('traditional', traditional('-aes256', '-passout', 'pass:segreto')) }),
    ],
    [
      'DER',
      () => ({
        file: path('der', openssl(['pkcs8', '-topk8', '-nocrypt', '-in', path(`${kind}.key`), '-outform', 'DER'])),
      }),
    ],
    ['JWK', () => ({ file: JSON.stringify(signers[kind].privateKey.export({ format: 'jwk' })) })],
  ])('is read as %s, with the certificate beside it', async (_, file) => {
    await expectWorking(load({ ...file(), password: 'segreto', certificate: path(`${kind}.pem`) }), signers[kind]);
  });

  it('is read with its certificates in the same file, in any order', async () => {
    const parts = [pki.root.pem, pki.intermediate.pem, signers[kind].pem, traditional()];
    for (const file of [parts.join(''), parts.toReversed().join('')]) {
      const key = load({ file });
      await expectWorking(key, signers[kind]);
      expect(key.signer.jose['x5c']).toEqual(
        [signers[kind], pki.intermediate].map(({ der }) => der.toString('base64')),
      );
    }
  });

  it('is read from a JWK that carries its certificates and its name', async () => {
    const jwk = {
      ...signers[kind].privateKey.export({ format: 'jwk' }),
      kid: 'k1',
      x5c: [signers[kind].der.toString('base64')],
    };
    const file = JSON.stringify(jwk);
    await expectWorking(load({ file }), signers[kind]);
    expect(load({ file, reference: 'kid' }).signer.jose).toMatchObject({ kid: 'k1' });
  });

  describe.each([
    ['modern', ['-keypbe', 'AES-256-CBC', '-certpbe', 'AES-256-CBC', '-macalg', 'sha256']],
    ['of 3DES', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']],
    ['legacy, of RC2', ['-legacy']],
    ['with the key in clear', ['-keypbe', 'NONE', '-certpbe', 'NONE']],
  ])('in a PKCS#12 container, %s', (_, encryption) => {
    const container = (): Buffer =>
      openssl([
        'pkcs12',
        '-export',
        '-inkey',
        path(`${kind}.key`),
        '-in',
        path(`${kind}.pem`),
        '-certfile',
        path('chain.pem'),
        '-passout',
        'pass:segreto',
        ...encryption,
      ]);

    it('is read, and the chain put in order', async () => {
      const file = path('store.p12', container());
      for (const password of [{ password: 'segreto' }, { password_file: path('password') }]) {
        const key = load({ file, ...password });
        await expectWorking(key, signers[kind]);
        expect(key.signer.jose['x5c']).toEqual(
          [signers[kind], pki.intermediate].map(({ der }) => der.toString('base64')),
        );
      }
    });

    it('is not read with another password', () => {
      const file = path('store.p12', container());
      expect(() => load({ file, password: 'altro' })).toThrow(/key\.file.*PKCS#12.*password/);
      expect(() => load({ file })).toThrow('key.file');
    });
  });
});

describe('what is no signing key', () => {
  it('is refused with its field', () => {
    const twin = openssl(['pkcs12', '-export', '-nokeys', '-in', path('ec.pem'), '-passout', 'pass:segreto']);
    const large = path('large', Buffer.alloc(1024 * 1024 + 1, '-'));
    expect(() => load({ file: path('store.p12', twin), password: 'segreto' })).toThrow('0 private keys');
    expect(() => load({ file: large })).toThrow('more than');
    expect(() => load({ file: path('ec.pem') })).toThrow('private key is needed');
    expect(() =>
      load({ file: createPublicKey(signers.ec.privateKey).export({ type: 'spki', format: 'pem' }).toString() }),
    ).toThrow('private');
    expect(() =>
      load({ file: path('random', Buffer.from([0x30, 0x80, 0x02, 0x01, 0x03, 0x30])), password: 'x' }),
    ).toThrow('PKCS#12');
    expect(() => load({ file: path('ec.key'), certificate: path('password') })).toThrow('key.certificate');
    expect(() => load({ file: path('ec.key'), certificate: '/no/such' })).toThrow('does not exist');
  });
});
