import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import 'reflect-metadata';
import { X509Crl } from '@peculiar/x509';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, modi, NOW, temporaryDirectory } from './support';

const directory = temporaryDirectory();
const keys = join(directory.path, '.modi');
const certificate = (name: string) => new X509Certificate(readFileSync(join(keys, `${name}.pem`)));
const seconds = (text: string) => Date.parse(text) / 1000;

beforeAll(async () => {
  const { code } = await modi(['keygen', '--dev'], { cwd: directory.path });
  expect(code).toBe(0);
});
afterAll(directory.remove);

describe('modi keygen --dev', () => {
  it('writes private keys for the owner alone, and keeps no key of the authority', () => {
    const files = readdirSync(keys);
    const secret = files.filter((name) => name.endsWith('.key'));
    expect(secret).toHaveLength(7);
    for (const name of secret) expect(statSync(join(keys, name)).mode & 0o777).toBe(0o600);
    expect(files).not.toContain('ca.key');
    expect(files.filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('every key belongs to its certificate', () => {
    for (const name of ['client-ec', 'client-rsa', 'client-expired', 'client-revoked', 'client-untrusted', 'server']) {
      const key = createPrivateKey(readFileSync(join(keys, `${name}.key`)));
      expect(certificate(name).checkPrivateKey(key), name).toBe(true);
    }
  });

  it('the authority vouches for all but the untrusted one', () => {
    const ca = certificate('ca');
    expect(ca.ca).toBe(true);
    const issued = (name: string) => certificate(name).checkIssued(ca) && certificate(name).verify(ca.publicKey);
    expect(['client-ec', 'client-rsa', 'client-expired', 'client-revoked', 'server'].every(issued)).toBe(true);
    expect(issued('client-untrusted')).toBe(false);
  });

  it('clients are bodies with an organizationIdentifier; EC is P-256 and RSA has 2048 bits', () => {
    expect(certificate('client-ec').subject).toMatch(/organizationIdentifier=CF:IT-\d{11}/);
    expect(certificate('client-ec').subject).toMatch(/OU=IPAIT-UO_/);
    expect(certificate('client-ec').publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(certificate('client-rsa').publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  });

  it('exactly one is expired, exactly one is revoked, and the server is this machine', () => {
    expect(seconds(certificate('client-expired').validTo)).toBeLessThan(NOW);
    expect(seconds(certificate('client-ec').validTo)).toBeGreaterThan(NOW);
    const crl = new X509Crl(readFileSync(join(keys, 'crl.pem')));
    expect(crl.entries.map(({ serialNumber }) => serialNumber.toUpperCase())).toEqual([
      certificate('client-revoked').serialNumber,
    ]);
    expect(certificate('server').checkHost('localhost')).toBe('localhost');
    expect(certificate('server').checkIP('127.0.0.1')).toBe('127.0.0.1');
  });

  it('never overwrites without --force, not even a part', async () => {
    const before = readFileSync(join(keys, 'client-ec.key'), 'utf8');
    const refused = await modi(['keygen', '--dev'], { cwd: directory.path });
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/exists.*--force.*CLI_FILE_EXISTS\n$/);
    expect(readFileSync(join(keys, 'client-ec.key'), 'utf8')).toBe(before);
  });

  it('--force replaces all, and tightens the mode of a key that was open', async () => {
    const other = temporaryDirectory();
    const path = join(other.path, 'client-ec.key');
    writeFileSync(path, 'old');
    chmodSync(path, 0o666);
    const forced = await modi(['keygen', '--dev', '--out', '.', '--force', '--output', 'json'], { cwd: other.path });
    expect(forced.code).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(json(forced)).toMatchObject({
      schema: 'modi.keygen/1',
      directory: other.path,
      valid_until: '2028-11-22T10:00:00Z',
      files: expect.arrayContaining([
        { name: 'client-ec.key', secret: true },
        { name: 'ca.pem', secret: false },
      ]),
    });
    other.remove();
  });

  it('makes no production keys', async () => {
    const refused = await modi(['keygen'], { cwd: directory.path });
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/--dev.*CLI_USAGE\n$/);
  });

  it('says when the directory cannot be written', async () => {
    const refused = await modi(['keygen', '--dev', '--out', '/proc/none'], { cwd: directory.path });
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/CLI_FILE\n$/);
  });
});
