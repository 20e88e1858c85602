import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { makeCrl } from '../../support/crl';
import { jwkOf, jwkSet } from '../../support/jwks';
import { openssl } from '../../support/openssl';
import { mockPki, VALID, type MockPki } from '../../support/pki';
import { json, modi, NOW, temporaryDirectory, type Ran } from './support';

const directory = temporaryDirectory();
const cwd = directory.path;
afterAll(directory.remove);

const DAY = 86_400;
const days = (count: number): Date => new Date((NOW + count * DAY) * 1000);
const put = (name: string, content: string | Buffer): string => {
  writeFileSync(join(cwd, name), content, { mode: 0o600 });
  return name;
};
const pemOf = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();

let pki: MockPki;
beforeAll(async () => {
  pki = await mockPki();
  const { root, intermediate } = pki;
  put('root.pem', root.pem);
  put('ca.pem', intermediate.pem);
  put('good.pem', pki.leaf('ec').pem);
  put('good.key', pemOf(pki.leaf('ec').privateKey));
  put('rsa.pem', pki.leaf('rsa').pem);
  put('other.key', pemOf(pki.leaf('rsa').privateKey));
  const issue = async (name: string, options: Parameters<MockPki['issue']>[0]) =>
    put(name, (await pki.issue(options)).pem);
  const revoked = await pki.issue({ subject: 'CN=Revocato' });
  put('revoked.pem', revoked.pem);
  await issue('ending.pem', { subject: 'CN=In scadenza', notAfter: days(29) });
  await issue('ended.pem', { subject: 'CN=Scaduto', notAfter: days(-1) });
  await issue('later.pem', { subject: 'CN=Futuro', notBefore: days(1) });
  await issue('unfit.pem', { subject: 'CN=Cifratura', keyUsage: ['keyEncipherment'] });
  await issue('client.pem', {
    subject: 'CN=Client',
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'],
  });
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  put('weak.pem', (await pki.issue({ subject: 'CN=Debole', key: { privateKey, publicKey } })).pem);
  put('weak.key', pemOf(privateKey));
  put('alone.pem', (await pki.issue({ ...VALID, subject: 'CN=Altrove', issuer: revoked })).pem);
  const list = (name: string, authority: 'root' | 'intermediate', end: number, serials: readonly string[] = []) =>
    put(name, makeCrl({ authority: pki[authority], thisUpdate: NOW - DAY, nextUpdate: NOW + end, revoked: serials }));
  list('ca.crl', 'intermediate', 7 * DAY, [revoked.serialNumber]);
  list('root.crl', 'root', 7 * DAY);
  list('ended.crl', 'root', -60);
  put('forged.crl', makeCrl({ authority: { ...intermediate, privateKey: root.privateKey }, thisUpdate: NOW - 60 }));
  const [strong, weak] = [pki.leaf('ec').publicKey, publicKey];
  put('keys.json', jwkSet(jwkOf(strong, 'strong'), jwkOf(weak, 'weak'), { ...jwkOf(weak, 'enc'), use: 'enc' }));
  put('notes.txt', 'no certificate');
});

const check = (...argv: readonly string[]): Promise<Ran> => modi(['cert', 'check', ...argv], { cwd });

type Item = Record<string, unknown>;
const itemsOf = (ran: Ran): readonly Item[] => json(ran)['items'] as Item[];
const states = async (...argv: readonly string[]) => {
  const ran = await check('--output', 'json', ...argv);
  return { code: ran.code, states: itemsOf(ran).map(({ state }) => state) };
};

/** A kong.yml with one plugin. */
const config = (name: string, settings: Item): string =>
  put('kong.yml', stringify({ _format_version: '3.0', plugins: [{ name, config: settings }] }));
const verify = (settings: Item): string =>
  config('modi-verify', { patterns: ['ID_AUTH_REST_01'], audience: ['https://x.example'], ...settings });

describe('a file given by itself', () => {
  it.each<[string, string, number, readonly string[]]>([
    ['a good certificate', 'good.pem', 0, ['ok']],
    ['a key', 'good.key', 0, ['ok']],
    ['one that ends within the time', 'ending.pem', 3, ['ending']],
    ['one that has ended', 'ended.pem', 3, ['ended']],
    ['one that is not valid yet', 'later.pem', 3, ['not_yet']],
    ['one that may not sign', 'unfit.pem', 3, ['unfit']],
    ['one with a weak key', 'weak.pem', 3, ['weak']],
    ['a weak key', 'weak.key', 3, ['weak']],
    ['an authority', 'root.pem', 0, ['ok']],
    ['a list', 'ca.crl', 0, ['ok']],
    ['a list that has ended', 'ended.crl', 3, ['ended']],
    ['a JWK Set: each key that is meant for signatures', 'keys.json', 3, ['ok', 'weak']],
    ['something else', 'notes.txt', 1, ['unreadable']],
    ['one that is not there', 'no-such.pem', 1, ['unreadable']],
  ])('%s', async (_, file, code, expected) => {
    expect(await states(file)).toEqual({ code, states: expected });
  });

  it('in DER, and in a PKCS#12 container with a password, is the same', async () => {
    put('good.der', pki.leaf('ec').der);
    expect(await states('good.der')).toEqual({ code: 0, states: ['ok'] });
    put('password.txt', 'segreta\n');
    const out = ['-export', '-out', join(cwd, 'good.p12'), '-passout', 'pass:segreta'];
    openssl(['pkcs12', ...out, '-inkey', join(cwd, 'good.key'), '-in', join(cwd, 'good.pem')]);
    expect(await states('good.p12', '--password-file', 'password.txt')).toEqual({ code: 0, states: ['ok', 'ok'] });
    expect(await states('good.p12')).toEqual({ code: 1, states: ['unreadable'] });
  });

  it('that is a folder is each of its files', async () => {
    mkdirSync(join(cwd, 'folder'), { recursive: true });
    put('folder/a.pem', pki.anchorPem);
    put('folder/b.pem', pki.leaf('ec').pem);
    const ran = await check('--output', 'json', 'folder');
    expect(itemsOf(ran).map(({ origin }) => origin)).toEqual(
      ['a.pem', 'b.pem'].map((name) => join(cwd, 'folder', name)),
    );
  });

  it('is revoked by a list of its issuer, and by none of anybody else', async () => {
    const [one, issuer] = ['revoked.pem', 'ca.pem'];
    expect(await states(one, issuer, '--crl', 'ca.crl')).toEqual({ code: 3, states: ['revoked', 'ok', 'ok'] });
    expect(await states(one, issuer, '--crl', 'root.crl')).toEqual({ code: 0, states: ['ok', 'ok', 'ok'] });
    expect(await states(one, issuer, '--crl', 'forged.crl')).toEqual({ code: 3, states: ['ok', 'ok', 'unfit'] });
    const item = itemsOf(await check('--output', 'json', one, issuer, '--crl', 'ca.crl'))[0];
    expect(item).toMatchObject({ code: 'MODI_CERTIFICATE_REVOKED', origin: one, kind: 'certificate' });
  });

  it('must lead to the anchors where some are given, by authorities beside it', async () => {
    expect(await states('good.pem', '--anchors', 'root.pem')).toEqual({ code: 3, states: ['untrusted', 'ok'] });
    expect(await states('good.pem', 'ca.pem', '--anchors', 'root.pem')).toEqual({
      code: 0,
      states: ['ok', 'ok', 'ok'],
    });
    expect(await states('alone.pem', 'ca.pem', '--anchors', 'root.pem')).toMatchObject({ code: 3 });
  });

  it('must hold a usage that was asked for', async () => {
    expect(await states('client.pem')).toEqual({ code: 0, states: ['ok'] });
    const server = ['--extended-key-usage', '1.3.6.1.5.5.7.3.1'];
    expect(await states('client.pem', ...server)).toEqual({ code: 3, states: ['unfit'] });
  });
});

describe('--expires-in', () => {
  it.each([
    ['29d', 3],
    ['28d', 0],
    ['696h', 3],
    ['695h', 0],
    ['41760m', 3],
    ['29', 3],
  ])('%s', async (time, code) => {
    expect((await check('ending.pem', '--expires-in', time)).code).toBe(code);
  });

  it('is not for lists, which have a time of their own', async () => {
    expect((await check('root.crl')).code).toBe(0);
    expect((await check('root.crl', '--crl-expires-in', '7d')).code).toBe(3);
  });

  it.each(['soon', '-1d', '30 d', '1w', ''])('%j is a wrong command line', async (time) => {
    expect((await check('good.pem', '--expires-in', time)).code).toBe(2);
  });

  it('counts from --at', async () => {
    expect((await check('good.pem', '--at', '2049-12-30T00:00:00Z')).code).toBe(3);
    expect((await check('ended.pem', '--at', String(NOW - 60 * DAY))).code).toBe(0);
  });
});

describe('a kong.yml', () => {
  it('has every source of trust, of channel, platform and signature looked at, each for what it is there for', async () => {
    const settings = {
      trust: {
        anchors: ['root.pem'],
        certificates: ['ending.pem'],
        crls: ['root.crl'],
        jwks: ['keys.json'],
        jwks_ca: ['root.pem'],
      },
      channel: { anchors: ['ca.pem'], certificates: ['client.pem'], crls: ['ca.crl'] },
      pdnd: { client: { key_file: 'weak.key' }, ca: ['good.pem'] },
    };
    const ran = await check('--output', 'json', verify(settings));
    const found = itemsOf(ran).map(({ fields, state }) => [
      (fields as string[])[0]?.replace('plugins[1].config.', ''),
      state,
    ]);
    expect(found).toEqual([
      ['trust.anchors[1]', 'ok'],
      ['trust.certificates[1]', 'ending'],
      ['trust.jwks[1]', 'ok'],
      ['trust.jwks[1]', 'weak'],
      ['trust.crls[1]', 'ok'],
      ['pdnd.client.key_file', 'weak'],
      ['pdnd.ca[1]', 'unfit'],
      ['channel.anchors[1]', 'ok'],
      ['channel.certificates[1]', 'ok'],
      ['channel.crls[1]', 'ok'],
    ]);
    expect(ran.code).toBe(3);
  });

  it('names a thing once, with every place that names it', async () => {
    const item = itemsOf(
      await check('--output', 'json', verify({ trust: { anchors: ['root.pem'], x5u_ca: ['root.pem'] } })),
    );
    expect(item).toMatchObject([
      {
        name: expect.stringContaining('Prova Root CA') as unknown,
        fields: expect.arrayContaining([expect.stringContaining('x5u_ca')]) as unknown,
      },
    ]);
  });

  it('has its signing key and certificate held together', async () => {
    const key = (file: string, certificate: string) =>
      config('modi-sign', { audience: 'client', key: { file, certificate } });
    expect(await states(key('good.key', 'good.pem'))).toEqual({ code: 0, states: ['ok', 'ok'] });
    expect(await states(key('other.key', 'good.pem'))).toEqual({ code: 3, states: ['unfit', 'ok'] });
    expect(await states(key('good.key', 'ended.pem'))).toMatchObject({ code: 3 });
    // Our authority need not be one that we trust; where we say which it is, it must lead there.
    expect((await check(key('good.key', 'good.pem'), '--anchors', 'root.pem')).code).toBe(3);
    expect((await check(key('good.key', 'good.pem'), '--anchors', 'root.pem', 'ca.pem')).code).toBe(0);
  });

  it('tells what it has not looked at: behind the network, and known only where it runs', async () => {
    const ran = await check(
      '--output',
      'json',
      verify({
        trust: {
          anchors: ['root.pem', '{vault://env/anchor}'],
          crls: ['https://crl.example/ca.crl'],
          jwks: ['https://keys.example/jwks'],
          ocsp: { hosts: ['ocsp.example'] },
        },
      }),
    );
    expect(ran.code).toBe(0);
    expect(json(ran)['left_alone']).toEqual([
      { field: 'plugins[1].config.trust.anchors[2]', reason: 'reference' },
      { field: 'plugins[1].config.trust.ocsp', reason: 'network' },
      { field: 'plugins[1].config.trust.jwks[1]', reason: 'network' },
      { field: 'plugins[1].config.trust.crls[1]', reason: 'network' },
    ]);
  });

  it('that names nothing, or only what cannot be looked at, is no yes', async () => {
    expect((await check(verify({ trust: { anchors: ['{vault://env/anchor}'] } }))).code).toBe(1);
    expect((await check(put('empty.yml', "_format_version: '3.0'\n"))).code).toBe(1);
    expect((await check('no-such.yml')).code).toBe(1);
  });

  it('may be the file of a collector', async () => {
    const chain = { directory: '.', key: { file: 'good.key', certificate: 'ended.pem' } };
    const ran = await check('--output', 'json', put('audit.yml', stringify({ chain, sinks: [{ ca: 'root.pem' }] })));
    expect(itemsOf(ran).map(({ fields, state }) => [(fields as string[])[0], state])).toEqual([
      ['chain.key.file', 'unfit'],
      ['chain.key.certificate', 'ended'],
      ['sinks[1].ca', 'ok'],
    ]);
  });

  it('keeps the keys of several sinks apart', async () => {
    const sink = (key: string, certificate: string) => ({ syslog: { key, certificate } });
    const chain = { directory: '.', key: { file: 'good.key' } };
    const file = (...sinks: readonly Item[]) => put('sinks.yml', stringify({ chain, sinks }));
    expect((await check(file(sink('good.key', 'good.pem'), sink('other.key', 'rsa.pem')))).code).toBe(0);
    expect((await check(file(sink('good.key', 'rsa.pem'), sink('other.key', 'good.pem')))).code).toBe(3);
  });

  it('is reported in the text of both languages, the first to end first, and with --quiet only what is wrong', async () => {
    const file = verify({ trust: { anchors: ['root.pem'], certificates: ['good.pem', 'ended.pem'] } });
    const { out } = await check(file);
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^ended +2026-11-22 1 day ago {2}certificate CN=Scaduto {2}ended\.pem$/);
    expect(lines[1]).toMatch(/was valid until 2026-11-22T10:00:00Z; renew it {2}MODI_CERTIFICATE_EXPIRED$/);
    expect(lines[2]).toBe('    plugins[1].config.trust.certificates[2]');
    expect(lines.at(-2)).toBe('3 looked at, 1 not as they should be');
    expect((await check(file, '--lang', 'it')).out).toMatch(/^scaduto .*\n.*era valido fino al/);
    const quiet = (await check(file, '--quiet')).out;
    expect(quiet.split('\n')).toHaveLength(5);
    expect((await check('good.pem', '--quiet')).out).toBe('');
  });
});

it('prints no private key and no password, whatever it cannot read', async () => {
  put('broken.key', `-----BEGIN PRIVATE KEY-----\nc2VncmV0bw==\n-----END PRIVATE KEY-----\n`);
  const { out, err } = await check('broken.key', 'good.key', '--output', 'json');
  expect(out + err).not.toMatch(/c2VncmV0bw|segreto|PRIVATE KEY/);
});
