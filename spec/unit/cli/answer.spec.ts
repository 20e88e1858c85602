import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signJws } from '../../../plugins/core/sign';
import { json, modi, NOW, temporaryDirectory } from './support';

const directory = temporaryDirectory();
const cwd = directory.path;
const ME = 'comune-di-esempio/protocollo-app';
const CALL = ['--pattern', 'ID_AUTH_REST_02,INTEGRITY_REST_01', '--body', '{"a":1}'];
const REQUEST_DIGEST = digestOf('{"a":1}');
const JUDGE = ['--aud', ME, '--anchors', '.modi/ca.pem'];

interface Sent {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

let server: Server;
let url = '';
let sent: Sent;

beforeAll(async () => {
  await modi(['keygen', '--dev'], { cwd });
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(sent.status, sent.headers).end(sent.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  sent = await answer();
});
afterAll(() => {
  server.close();
  directory.remove();
});

function digestOf(body: string | Buffer): string {
  return `SHA-256=${createHash('sha256').update(body).digest('base64')}`;
}

interface Recipe {
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly keys?: string;
}

/** An answer signed by the provider of the dev keys. */
async function answer({
  body = '{"ok":true}',
  headers,
  status = 200,
  claims,
  keys = '.modi',
}: Recipe = {}): Promise<Sent> {
  const signed = { digest: digestOf(body), 'content-type': 'application/json', ...headers };
  const own = new X509Certificate(readFileSync(join(cwd, keys, 'provider.pem')));
  const token = await signJws(
    { alg: 'ES256', typ: 'JWT', x5c: [own.raw.toString('base64')] },
    {
      ...{ aud: ME, iat: NOW, nbf: NOW, exp: NOW + 60, jti: 'j', request_digest: REQUEST_DIGEST },
      signed_headers: Object.entries(signed).map(([name, value]) => ({ [name]: value })),
      ...claims,
    },
    createPrivateKey(readFileSync(join(cwd, keys, 'provider.key'))),
  );
  return { status, headers: { ...signed, 'agid-jwt-signature': token }, body: Buffer.from(body) };
}

/** As `curl -i` saves it. */
const raw = ({ status, headers, body }: Sent, before = ''): Buffer => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${before}HTTP/1.1 ${status} Whatever\r\n${lines.join('')}\r\n`), body]);
};

const call = (...argv: readonly string[]) => modi(['call', url, ...CALL, ...argv], { cwd });
const verify = (stdin: Buffer, ...argv: readonly string[]) =>
  modi(['verify', '--response', '-', ...JUDGE, '--request-digest', REQUEST_DIGEST, ...argv], { cwd, stdin });

describe('the provider of the dev keys', () => {
  it('has a certificate of the local authority with an organizationIdentifier', () => {
    const [own, ca] = ['provider', 'ca'].map(
      (name) => new X509Certificate(readFileSync(join(cwd, `.modi/${name}.pem`))),
    );
    expect(own!.subject).toMatch(/organizationIdentifier=CF:IT-\d{11}\n.*\nCN=anagrafe$/);
    expect(own!.checkIssued(ca!) && own!.verify(ca!.publicKey)).toBe(true);
    expect(existsSync(join(cwd, '.modi/provider-ca.pem'))).toBe(false);
  });

  it('--force takes away the authority that a completion left', async () => {
    mkdirSync(join(cwd, 'forced'));
    writeFileSync(join(cwd, 'forced/provider-ca.pem'), 'old');
    expect((await modi(['keygen', '--dev', '--out', 'forced', '--force'], { cwd })).code).toBe(0);
    expect(readdirSync(join(cwd, 'forced'))).not.toContain('provider-ca.pem');
  });
});

describe('modi call and a signed answer', () => {
  it('tells check by check, and that it is verified', async () => {
    sent = await answer();
    const ran = await call();
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toMatch(/request_digest +ok +the Digest of the request\n/);
    expect(ran.out).toMatch(/digest of the body +ok/);
    expect(ran.out).not.toContain('FAIL');
    expect(ran.out).toMatch(/\nanswer {3}VERIFIED\n$/);
    expect((await call('--lang', 'it')).out).toMatch(/\nrisposta VERIFICATA\n$/);
  });

  it('judges compressed content as it was received', async () => {
    sent = await answer({ body: gzipSync('{"a":1}'), headers: { 'content-encoding': 'gzip' } });
    expect((await call()).code).toBe(0);
  });

  it.each<[string, Recipe, string]>([
    ['for somebody else', { claims: { aud: 'another' } }, 'MODI_AUDIENCE_MISMATCH'],
    ['that is old', { claims: { iat: NOW - 900, nbf: NOW - 900, exp: NOW - 840 } }, 'MODI_TOKEN_EXPIRED'],
    ['to another request', { claims: { request_digest: digestOf('other') } }, 'MODI_ANSWER_REQUEST_DIGEST_MISMATCH'],
  ])('refuses one %s: exit 3, the check and the code', async (_, recipe, code) => {
    sent = await answer(recipe);
    const text = await call();
    expect(text.code).toBe(3);
    expect(text.out).toMatch(new RegExp(`FAIL .*${code}\\n`));
    expect(text.out).toMatch(new RegExp(`answer {3}NOT VERIFIED ${code}\\nwhy .+\\nrule .+\\nmore .+ ${code}\\n$`));
    expect(json(await call('--output', 'json'))).toMatchObject({
      ...{ schema: 'modi.call/1', outcome: 'unverified', problem: null },
      verification: { outcome: 'refused', code, audience: [ME], request_digest: REQUEST_DIGEST },
    });
    expect((await call('--lang', 'it')).out).toContain(`risposta NON VERIFICATA ${code}`);
  });

  it('leaves a refusal a refusal, and judges its signature when it has one', async () => {
    sent = await answer({ status: 404, claims: { aud: 'another' } });
    const ran = await call('--output', 'json');
    expect(ran.code).toBe(3);
    expect(json(ran)).toMatchObject({ outcome: 'refused', verification: { code: 'MODI_AUDIENCE_MISMATCH' } });
    sent = { status: 404, headers: {}, body: Buffer.from('no') };
    expect(json(await call('--expect-signed', '--output', 'json'))).toMatchObject({
      outcome: 'refused',
      verification: null,
    });
  });

  it('an unsigned answer is accepted with a remark, and refused where a signature is expected', async () => {
    sent = { status: 200, headers: {}, body: Buffer.from('{}') };
    const ran = await call();
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/answer {3}not signed; --expect-signed/);
    const refused = await call('--expect-signed');
    expect(refused.code).toBe(3);
    expect(refused.out).toContain('NOT VERIFIED MODI_ANSWER_UNSIGNED');
  });

  it('--expect-request-digest refuses an answer that names no request', async () => {
    sent = await answer({ claims: { request_digest: undefined } });
    expect((await call()).code).toBe(0);
    expect((await call('--expect-request-digest')).out).toContain('NOT VERIFIED MODI_ANSWER_REQUEST_DIGEST_MISSING');
  });

  it('audience and trust may be others', async () => {
    sent = await answer({ claims: { aud: 'anonymous' } });
    expect((await call('--answer-aud', 'anonymous', '--answer-certificates', '.modi/provider.pem')).code).toBe(0);
    expect((await call('--answer-aud', 'anonymous', '--answer-anchors', 'forced/ca.pem')).out).toContain(
      'MODI_CERTIFICATE_UNTRUSTED',
    );
  });

  it('cannot tell without audience or trust: exit 1 after the call, 2 before it', async () => {
    sent = await answer();
    const own = ['--key', '.modi/client-ec.key', '--cert', '.modi/client-ec.pem', '--dir', 'nowhere'];
    const ran = await call(...own);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/without --answer-aud, --answer-anchors.*CLI_ANSWER_TRUST\n$/);
    expect(await call(...own, '--expect-signed')).toMatchObject({ code: 2, out: '' });
    const missing = await call('--answer-anchors', 'none.pem');
    expect(missing).toMatchObject({ code: 1, out: '' });
    expect(missing.err).toMatch(/none\.pem.*CLI_CONFIG\n$/);
  });

  it('--save keeps what modi verify --response reads', async () => {
    sent = await answer({ body: Buffer.from([0, 255, 13, 10, 13, 10, 128]) });
    expect((await call('--save', 'kept.http')).code).toBe(0);
    expect((await verify(readFileSync(join(cwd, 'kept.http')))).code).toBe(0);
    expect((await call('--save', 'none/kept.http')).err).toMatch(/CLI_FILE\n$/);
  });
});

describe('modi verify --response', () => {
  it('verifies, with every check on demand', async () => {
    const good = raw(await answer(), 'HTTP/1.1 100 Continue\r\n\r\n');
    expect(await verify(good)).toEqual({ code: 0, out: 'answer   VERIFIED\n', err: '' });
    const ran = await verify(good, '--explain');
    expect(ran.out).toMatch(/signed headers +ok +digest, content-type/);
    expect((await verify(good, '--at', String(NOW + 600))).out).toContain('NOT VERIFIED MODI_TOKEN_EXPIRED');
  });

  it('stops at the first failure, or goes on with --all', async () => {
    const bad = raw({ ...(await answer({ claims: { aud: 'x' } })), body: Buffer.from('{"no":true}') });
    const first = json(await verify(bad, '--output', 'json'));
    expect(first).toMatchObject({
      schema: 'modi.verify-response/1',
      outcome: 'refused',
      code: 'MODI_AUDIENCE_MISMATCH',
    });
    const codes = ({ checks }: Record<string, unknown>) =>
      (checks as { code: string | null }[]).flatMap(({ code }) => code ?? []);
    expect(codes(first)).toEqual(['MODI_AUDIENCE_MISMATCH']);
    const all = json(await verify(bad, '--all', '--output', 'json'));
    expect(codes(all)).toEqual(['MODI_AUDIENCE_MISMATCH', 'MODI_DIGEST_MISMATCH']);
  });

  it('takes the request from a file, and asks for it when the answer names one', async () => {
    writeFileSync(join(cwd, 'answer.http'), raw(await answer()));
    writeFileSync(join(cwd, 'request.http'), `POST /v1 HTTP/1.1\r\nDigest: ${REQUEST_DIGEST}\r\n\r\n{"a":1}`);
    const argv = ['verify', '--response', 'answer.http', ...JUDGE];
    expect((await modi([...argv, '--request', 'request.http', '--expect-request-digest'], { cwd })).code).toBe(0);
    const unknown = await modi(argv, { cwd });
    expect(unknown.code).toBe(3);
    expect(unknown.err).toMatch(/--request or --request-digest/);
    const both = await modi([...argv, '--request', 'request.http', '--request-digest', 'x'], { cwd });
    expect(both.code).toBe(2);
  });

  it('takes head and body from files of their own', async () => {
    const one = await answer();
    const [head = ''] = raw(one).toString().split('\r\n\r\n');
    writeFileSync(join(cwd, 'head.txt'), head);
    writeFileSync(join(cwd, 'body.bin'), one.body);
    const argv = ['verify', '--response', '--headers', 'head.txt', ...JUDGE, '--request-digest', REQUEST_DIGEST];
    expect((await modi([...argv, '--body', '@body.bin'], { cwd })).code).toBe(0);
    expect((await modi([...argv, '--body', 'x'], { cwd })).out).toContain('MODI_DIGEST_MISMATCH');
  });

  it('of an answer to HEAD believes the digest of the body that is not there', async () => {
    const { headers } = await answer({ claims: { request_digest: undefined } });
    const head = raw({ status: 200, headers: { ...headers, 'Content-Length': '11' }, body: Buffer.alloc(0) });
    writeFileSync(join(cwd, 'head.http'), 'HEAD /v1 HTTP/1.1\r\nHost: x\r\n\r\n');
    const argv = ['verify', '--response', '-', ...JUDGE];
    expect((await modi([...argv, '--request', 'head.http'], { cwd, stdin: head })).code).toBe(0);
    expect((await modi(argv, { cwd, stdin: head })).err).toMatch(/Content-Length says 11.*CLI_INPUT\n$/);
  });

  it('gives no yes for an answer that proves nothing', async () => {
    for (const nothing of ['HTTP/1.1 204 No Content\r\n\r\n', 'HTTP/2 503 \r\n\r\nbusy', 'HTTP/1.1 200 OK\r\n\r\n{}']) {
      const ran = await verify(Buffer.from(nothing));
      expect(ran.code).toBe(3);
      expect(ran.out).toContain('NOT VERIFIED MODI_ANSWER_UNSIGNED');
    }
  });

  it.each([
    [['--response', '-', '--aud', ME], 2, /without --anchors.*CLI_USAGE/],
    [['--response', '-', '--anchors', '.modi/ca.pem'], 2, /without --aud.*CLI_USAGE/],
    [['x', '--response', '-', ...JUDGE], 2, /TOKEN and --response exclude.*CLI_USAGE/],
    [['--response', '-', '--config', 'kong.yml', ...JUDGE], 2, /--config and --response exclude.*CLI_USAGE/],
    [['--response', ...JUDGE], 2, /nothing to verify.*CLI_USAGE/],
    [['--response', '-', ...JUDGE], 1, /status line.*found "no answer".*CLI_INPUT/],
    [['--response', 'none', ...JUDGE], 1, /none: no such file.*CLI_FILE/],
  ])('%j exits %i', async (argv, code, message) => {
    const ran = await modi(['verify', ...argv], { cwd, stdin: 'no answer' });
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toMatch(message);
  });
});

describe('keys from before there was a provider', () => {
  it('are no obstacle to a completed one: the second authority is believed by default', async () => {
    mkdirSync(join(cwd, 'old'));
    for (const name of ['client-ec.key', 'client-ec.pem', 'ca.pem']) {
      copyFileSync(join(cwd, '.modi', name), join(cwd, 'old', name));
    }
    const others = { 'provider.key': 'provider.key', 'provider.pem': 'provider.pem', 'ca.pem': 'provider-ca.pem' };
    for (const [from, to] of Object.entries(others)) {
      copyFileSync(join(cwd, 'forced', from), join(cwd, 'old', to));
    }
    sent = await answer({ keys: 'old' });
    expect((await call('--dir', 'old')).code).toBe(0);
    expect((await call()).code).toBe(3);
  });
});
