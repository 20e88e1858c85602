import { createSign, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  issueCertificate,
  issueCrl,
  loadLibrary,
  newKeyPair,
  type Issued,
  type KeyKind,
} from '../../../plugins/core/pki';

const VALIDITY = { notBefore: new Date('2026-01-01T00:00:00.750Z'), notAfter: new Date('2027-01-01T00:00:00Z') };

let root: Issued;

beforeAll(async () => {
  root = await issueCertificate({ ...VALIDITY, subject: 'CN=Root, O=Ente Prova, C=IT', ca: true, pathLength: 1 });
});

const extensionsOf = (issued: Issued) => {
  const certificate = new (loadLibrary().X509Certificate)(issued.der);
  return Object.fromEntries(certificate.extensions.map((extension) => [extension.type, extension.critical]));
};

describe('issueCertificate', () => {
  it('makes a self-signed authority with the constraints asked for', () => {
    const certificate = new X509Certificate(root.der);
    expect(certificate.verify(root.publicKey)).toBe(true);
    expect(certificate.ca).toBe(true);
    expect(certificate.subject).toBe('CN=Root\nO=Ente Prova\nC=IT');
    expect(certificate.toString()).toBe(root.pem);
    expect(extensionsOf(root)).toMatchObject({ '2.5.29.19': true, '2.5.29.15': true });
  });

  it.each<KeyKind>(['EC-P256', 'EC-P384', 'EC-P521', 'RSA-2048'])('makes a signer with a key %s', async (key) => {
    const leaf = await issueCertificate({ ...VALIDITY, subject: 'CN=leaf', key, issuer: root });
    const certificate = new X509Certificate(leaf.der);
    expect(certificate.checkIssued(new X509Certificate(root.der))).toBe(true);
    expect(certificate.verify(root.publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.checkPrivateKey(leaf.privateKey)).toBe(true);
    expect(certificate.serialNumber).toBe(leaf.serialNumber.toUpperCase());
  });

  it('lets an issuer of each kind of key sign', async () => {
    for (const kind of ['EC-P384', 'EC-P521', 'RSA-2048'] as const) {
      const authority = await issueCertificate({ ...VALIDITY, subject: `CN=${kind}`, key: kind, ca: true });
      const leaf = await issueCertificate({ ...VALIDITY, subject: 'CN=leaf', issuer: authority });
      expect(new X509Certificate(leaf.der).verify(authority.publicKey)).toBe(true);
    }
  });

  it('certifies a key pair that exists already', async () => {
    const key = await newKeyPair('EC-P256');
    const leaf = await issueCertificate({ ...VALIDITY, subject: 'CN=leaf', key, issuer: root });
    expect(leaf.privateKey).toBe(key.privateKey);
    expect(new X509Certificate(leaf.der).checkPrivateKey(key.privateKey)).toBe(true);
  });

  it('keeps attributes by object identifier, accents, and whole seconds', async () => {
    const subject = "CN=àè, O=Comune d'Alì, 2.5.4.97=CF:IT-00000000000";
    const leaf = await issueCertificate({ ...VALIDITY, subject, issuer: root });
    const certificate = new X509Certificate(leaf.der);
    expect(certificate.subject).toBe("CN=àè\nO=Comune d'Alì\norganizationIdentifier=CF:IT-00000000000");
    expect(certificate.validFrom).toBe('Jan  1 00:00:00 2026 GMT');
  });

  it('writes alternative names and extended key usages for a server certificate', async () => {
    const leaf = await issueCertificate({
      ...VALIDITY,
      subject: 'CN=localhost',
      issuer: root,
      subjectAltNames: ['localhost', '127.0.0.1', '::1'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
    });
    const certificate = new X509Certificate(leaf.der);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkIP('::1')).toBe('::1');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  it('leaves out what is not wanted and adds raw extensions', async () => {
    const leaf = await issueCertificate({
      ...VALIDITY,
      subject: 'CN=bare',
      issuer: root,
      without: ['basicConstraints', 'keyUsage', 'keyIdentifiers'],
      extensions: [{ oid: '1.2.3.4', critical: true, der: Buffer.from('0500', 'hex') }],
    });
    expect(extensionsOf(leaf)).toEqual({ '1.2.3.4': true });
  });

  it('makes positive serial numbers of 16 octets, each time another', async () => {
    const leaves = await Promise.all(
      Array.from({ length: 5 }, () => issueCertificate({ ...VALIDITY, subject: 'CN=leaf', issuer: root })),
    );
    expect(new Set(leaves.map((leaf) => leaf.serialNumber)).size).toBe(5);
    for (const leaf of leaves) expect(leaf.serialNumber).toMatch(/^[4-7][0-9a-f]{31}$/);
  });

  it('refuses an issuer key that cannot sign certificates', async () => {
    const pairs = [generateKeyPairSync('x25519'), generateKeyPairSync('ec', { namedCurve: 'secp256k1' })];
    for (const pair of pairs) {
      const issuer = { subject: 'CN=x', ...pair };
      await expect(issueCertificate({ ...VALIDITY, subject: 'CN=leaf', issuer })).rejects.toThrow(TypeError);
    }
  });
});

describe('issueCrl', () => {
  it('lists the revoked serial numbers under the signature of the issuer, with key identifier and number', async () => {
    const revoked = ['4a0b', '7f01'];
    const dates = { thisUpdate: VALIDITY.notBefore, nextUpdate: VALIDITY.notAfter };
    const { der, pem } = await issueCrl({ issuer: root, revoked, ...dates });
    const crl = new (loadLibrary().X509Crl)(pem);
    expect(Buffer.from(crl.rawData)).toEqual(der);
    expect(crl.entries.map((entry) => entry.serialNumber)).toEqual(revoked);
    expect(crl.extensions.map((extension) => extension.type)).toEqual(['2.5.29.35', '2.5.29.20']);
    const { X509Certificate: LibraryCertificate } = loadLibrary();
    expect(await crl.verify({ publicKey: await new LibraryCertificate(root.der).publicKey.export() })).toBe(true);
  });

  it('can be empty', async () => {
    const dates = { thisUpdate: VALIDITY.notBefore, nextUpdate: VALIDITY.notAfter };
    const { der } = await issueCrl({ issuer: root, revoked: [], ...dates });
    expect(new (loadLibrary().X509Crl)(der).entries).toEqual([]);
  });
});

it('gives keys that sign', async () => {
  const { privateKey } = await newKeyPair('RSA-2048');
  expect(createSign('sha256').update('x').sign(privateKey)).toHaveLength(256);
});
