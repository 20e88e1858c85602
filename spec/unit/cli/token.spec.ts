import { createHash, X509Certificate, verify } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compactVerify, importX509 } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openssl } from '../../support/openssl';
import { json, modi, NOW, temporaryDirectory } from './support';

const directory = temporaryDirectory();
const cwd = directory.path;
const AUD = 'https://api.ente.example/v1';
const BOTH = 'ID_AUTH_REST_02,INTEGRITY_REST_01';

beforeAll(() => modi(['keygen', '--dev'], { cwd }));
afterAll(directory.remove);

interface TokenJson {
  header: string;
  jose: Record<string, unknown>;
  claims: Record<string, unknown>;
  jws: string;
}

const token = (...argv: readonly string[]) => modi(['token', ...argv], { cwd });

async function tokens(...argv: readonly string[]): Promise<readonly TokenJson[]> {
  const ran = await token(...argv, '--output', 'json');
  expect(ran.err).toBe('');
  expect(ran.code).toBe(0);
  expect(json(ran)['schema']).toBe('modi.token/1');
  return json(ran)['tokens'] as TokenJson[];
}

describe('modi token', () => {
  it('claims come from options, clock and id source: nothing else', async () => {
    const [authorization, integrity] = await tokens('--pattern', BOTH, '--aud', AUD, '--body', '{"a":1}');
    const claims = {
      iss: 'comune-di-esempio',
      sub: 'protocollo-app',
      client_id: 'comune-di-esempio/protocollo-app',
      aud: AUD,
      iat: NOW,
      exp: NOW + 60,
      jti: 'id-1',
    };
    const digest = `SHA-256=${createHash('sha256').update('{"a":1}').digest('base64')}`;
    expect(authorization?.claims).toEqual(claims);
    expect(integrity?.claims).toEqual({
      ...claims,
      signed_headers: [{ digest }, { 'content-type': 'application/json' }],
    });
  });

  it.each(['ec', 'rsa', 'expired', 'revoked', 'untrusted'])(
    'client %s signs what both jose and node:crypto verify under its certificate',
    async (client) => {
      const pem = readFileSync(join(cwd, '.modi', `client-${client}.pem`), 'utf8');
      const [one] = await tokens('--pattern', 'ID_AUTH_REST_01', '--aud', AUD, '--client', client);
      const alg = client === 'rsa' ? 'RS256' : 'ES256';
      expect(one?.jose).toMatchObject({ alg, typ: 'JWT' });
      const jws = one?.jws ?? '';
      await compactVerify(jws, await importX509(pem, alg), { algorithms: [alg] });
      const [header = '', payload = '', signature = ''] = jws.split('.');
      const { publicKey } = new X509Certificate(pem);
      const key = alg === 'ES256' ? { key: publicKey, dsaEncoding: 'ieee-p1363' as const } : publicKey;
      expect(verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))).toBe(
        true,
      );
    },
  );

  it('the same moment gives the same RS256 token', async () => {
    const argv = ['--pattern', BOTH, '--aud', AUD, '--client', 'rsa', '--body', 'x'];
    expect(await tokens(...argv)).toEqual(await tokens(...argv));
  });

  it.each([
    ['x5c', 1],
    ['x5c_chain', 2],
  ])('--reference %s carries %i certificates', async (reference, count) => {
    const [one] = await tokens('--pattern', 'ID_AUTH_REST_01', '--aud', AUD, '--reference', reference);
    expect(one?.jose['x5c']).toHaveLength(count);
  });

  it('--reference x5t#S256 carries the thumbprint alone', async () => {
    const [one] = await tokens('--pattern', 'ID_AUTH_REST_01', '--aud', AUD, '--reference', 'x5t#S256');
    const { raw } = new X509Certificate(readFileSync(join(cwd, '.modi/client-ec.pem')));
    expect(one?.jose['x5t#S256']).toBe(createHash('sha256').update(raw).digest('base64url'));
    expect(one?.jose).not.toHaveProperty('x5c');
  });

  it('options become claims and headers', async () => {
    const [authorization, integrity] = await tokens(
      ...[
        '--pattern',
        'id-auth-rest-01,integrity-rest-01',
        '--aud',
        AUD,
        '--iss',
        'i',
        '--sub',
        's',
        '--client-id',
        'c',
      ],
      ...['--ttl', '5', '--jti', 'j', '--claim', 'LoA=3', '--claim', 'nbf:=1', '--claim', 'x=a=b'],
      ...['--body', 'text', '--header', 'X-Trace:  7 ', '--signed-header', 'x-trace', '--signed-header', 'digest'],
      ...['--digest-algorithm', 'SHA-512'],
    );
    expect(authorization?.claims).toEqual({
      LoA: '3',
      nbf: 1,
      x: 'a=b',
      iss: 'i',
      sub: 's',
      client_id: 'c',
      aud: AUD,
      iat: NOW,
      exp: NOW + 5,
      jti: 'j',
    });
    const digest = `SHA-512=${createHash('sha512').update('text').digest('base64')}`;
    expect(integrity?.claims['signed_headers']).toEqual([
      { digest },
      { 'content-type': 'text/plain; charset=utf-8' },
      { 'x-trace': '7' },
    ]);
  });

  it("a key of one's own has no invented issuer", async () => {
    const [one] = await tokens(
      ...['--pattern', 'ID_AUTH_REST_01', '--aud', AUD],
      ...['--key', '.modi/client-rsa.key', '--cert', '.modi/client-rsa.pem', '--algorithm', 'RS512'],
    );
    expect(one?.jose['alg']).toBe('RS512');
    expect(one?.claims).toEqual({ aud: AUD, iat: NOW, exp: NOW + 60 });
  });

  it('a key may bring its certificates: PKCS#12 with a password, PEM with both', async () => {
    const pem = (name: string) => readFileSync(join(cwd, '.modi', name), 'utf8');
    writeFileSync(join(cwd, 'both.pem'), pem('ca.pem') + pem('client-rsa.pem') + pem('client-rsa.key'), {
      mode: 0o600,
    });
    writeFileSync(join(cwd, 'password'), 'segreto\n', { mode: 0o600 });
    const container = openssl(['pkcs12', '-export', '-in', join(cwd, 'both.pem'), '-passout', 'pass:segreto']);
    writeFileSync(join(cwd, 'both.p12'), container, { mode: 0o600 });
    const argv = ['--pattern', 'ID_AUTH_REST_01', '--aud', AUD];
    const own = new X509Certificate(pem('client-rsa.pem')).raw.toString('base64');
    for (const key of [
      ['--key', 'both.pem'],
      ['--key', 'both.p12', '--password-file', 'password'],
    ]) {
      const [one] = await tokens(...argv, ...key);
      expect(one?.jose).toMatchObject({ alg: 'RS256', x5c: [own] });
    }
    const closed = await token(...argv, '--key', 'both.p12');
    expect(closed.code).toBe(1);
    expect(closed.err).toMatch(/PKCS#12.*CLI_KEY\n$/);
    const italian = await token(...argv, '--key', 'both.p12', '--lang', 'it');
    expect(italian.err).toMatch(/PKCS#12 leggibile; se è cifrata.*CLI_KEY\n$/);
  });

  it('text output is header lines that curl --header @- takes', async () => {
    const { out } = await token('--pattern', BOTH, '--aud', AUD, '--body', '{}');
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(':')[0]),
    ).toEqual(['Content-Type', 'Digest', 'Authorization', 'Agid-JWT-Signature']);
  });

  it('http output is the request byte for byte, binary bodies included', async () => {
    const body = Buffer.from([0, 255, 10, 13, 128]);
    writeFileSync(join(cwd, 'body.bin'), body);
    const argv = [
      '--pattern',
      BOTH,
      '--aud',
      `${AUD}/x?y=1`,
      '--body',
      '@body.bin',
      '--method',
      'put',
      '--output',
      'http',
    ];
    const chunks: Buffer[] = [];
    const { out } = await token(...argv);
    chunks.push(Buffer.from(out));
    expect(out).toMatch(
      /^PUT \/v1\/x\?y=1 HTTP\/1\.1\r\nHost: api\.ente\.example\r\nContent-Type: application\/octet-stream\r\n/,
    );
    expect(out).toContain('\r\nContent-Length: 5\r\n\r\n');
  });

  it('curl output quotes for a POSIX shell and lets curl read files itself', async () => {
    const quoted = await token('--pattern', BOTH, '--aud', AUD, '--body', `it's`, '--output', 'curl');
    expect(quoted.out).toContain(`--data-binary 'it'\\''s'`);
    const file = await token('--pattern', BOTH, '--aud', AUD, '--body', '@body.bin', '--output', 'curl');
    expect(file.out).toContain('--data-binary @body.bin');
    const { out } = await modi(['token', '--pattern', BOTH, '--aud', AUD, '--body', '-', '--output', 'curl'], {
      cwd,
      stdin: 'q',
    });
    expect(out).toContain('--data-binary @-');
  });

  it('without a body only the ID_AUTH token is due, unless --empty-body always', async () => {
    expect(await tokens('--pattern', BOTH, '--aud', AUD)).toHaveLength(1);
    expect(await tokens('--pattern', BOTH, '--aud', AUD, '--empty-body', 'always')).toHaveLength(2);
  });

  it.each([
    [['--aud', AUD], /--pattern is missing.*CLI_USAGE/],
    [['--pattern', 'ID_AUTH_REST_01'], /--aud is missing.*CLI_USAGE/],
    [['--pattern', 'ID_AUTH_REST_1', '--aud', AUD], /did you mean ID_AUTH_REST_01\?.*CLI_USAGE/],
    [['--pattern', 'ID_AUTH_REST_01,ID_AUTH_REST_02', '--aud', AUD], /one of ID_AUTH_REST_01 and.*CLI_USAGE/],
    [['--pattern', 'INTEGRITY_REST_01', '--aud', AUD], /nothing to sign.*CLI_USAGE/],
    [['--pattern', BOTH, '--aud', AUD, '--cert', 'k'], /--cert needs --key.*CLI_USAGE/],
    [['--pattern', BOTH, '--aud', AUD, '--key', '.modi/client-ec.key'], /holds no certificate.*--cert.*CLI_USAGE/],
    [['--pattern', BOTH, '--aud', AUD, '--ttl', '0'], /--ttl must be a whole number.*CLI_USAGE/],
    [['--pattern', BOTH, '--aud', AUD, '--claim', 'aud=x'], /use --aud.*CLI_USAGE/],
    [['--pattern', BOTH, '--aud', AUD, '--claim', 'x'], /K=V or K:=JSON.*CLI_USAGE/],
    [['--pattern', BOTH, '--aud', AUD, '--claim', 'x:={'], /no JSON.*CLI_USAGE/],
    [['--pattern', BOTH, '--aud', AUD, '--header', 'bad'], /"Name: value".*CLI_USAGE/],
    [['--pattern', BOTH, '--aud', AUD, '--header', 'X: é'], /printable ASCII.*CLI_USAGE/],
    [['--pattern', BOTH, '--aud', AUD, '--header', 'X: a\r\nY: b'], /"Name: value".*CLI_USAGE/],
    [['--pattern', BOTH, '--aud', AUD, '--signed-header', 'x-none'], /x-none.*CLI_USAGE/],
    [['--pattern', BOTH, '--aud', 'urn:x', '--output', 'curl'], /http or https URL.*CLI_USAGE/],
    [['--pattern', BOTH, '--aud', AUD, '--break', 'digst', '--body', 'x'], /did you mean digest\?.*CLI_USAGE/],
    [['--pattern', BOTH, '--aud', AUD, '--break', 'digest'], /INTEGRITY_REST_01.*CLI_USAGE/],
    [
      ['--pattern', BOTH, '--aud', AUD, '--clint', 'ec'],
      /unknown option '--clint'; did you mean --client\?.*CLI_USAGE/,
    ],
  ])('%j is a usage error', async (argv, message) => {
    const ran = await token(...argv);
    expect(ran.code).toBe(2);
    expect(ran.out).toBe('');
    expect(ran.err).toMatch(message);
    expect(ran.err.trimEnd()).not.toContain('\n');
  });

  it('a world-readable key is refused with the command that mends it', async () => {
    const key = join(cwd, 'open.key');
    writeFileSync(key, readFileSync(join(cwd, '.modi/client-ec.key')));
    chmodSync(key, 0o644);
    const argv = ['--pattern', BOTH, '--aud', AUD, '--key', 'open.key', '--cert', '.modi/client-ec.pem'];
    const refused = await token(...argv);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/run: chmod 600 open\.key {2}CLI_KEY_PERMISSIONS\n$/);
    chmodSync(key, 0o640);
    expect((await token(...argv)).code).toBe(0);
  });

  it.each([
    [
      ['--key', '.modi/client-ec.key', '--cert', '.modi/client-rsa.pem'],
      /does not belong to the certificate.*CLI_KEY\n/,
    ],
    [['--key', '.modi/client-ec.key', '--cert', 'none.pem'], /none\.pem: no such file.*CLI_FILE\n/],
    [['--key', '.modi/ca.pem', '--cert', '.modi/ca.pem'], /(CLI_KEY|CLI_KEY_PERMISSIONS)\n/],
    [['--dir', 'nowhere'], /no dev keys in nowhere.*modi keygen --dev.*CLI_FILE\n/],
    [['--body', '@none'], /none: no such file.*CLI_FILE\n/],
  ])('%j cannot be signed with', async (argv, message) => {
    const ran = await token('--pattern', BOTH, '--aud', AUD, ...argv);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(message);
  });
});
