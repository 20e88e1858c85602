import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { json, modi, temporaryDirectory } from './support';

const directory = temporaryDirectory();
const cwd = directory.path;
const servers: Server[] = [];
const BOTH = ['--pattern', 'ID_AUTH_REST_02,INTEGRITY_REST_01', '--body', '{"a":1}'];

beforeAll(() => modi(['keygen', '--dev'], { cwd }));
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(directory.remove);

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A server that gives one answer after the other and remembers what it saw. */
async function serverWith(...replies: readonly Reply[]) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const reply = replies[Math.min(seen.length, replies.length - 1)] ?? { status: 500 };
      seen.push({ method: request.method ?? '', url: request.url ?? '', rawHeaders: request.rawHeaders, body });
      response.writeHead(reply.status, reply.headers).end(reply.body);
    });
  });
  servers.push(server);
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, seen };
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

const headerValues = ({ rawHeaders }: Seen, name: string): string[] =>
  rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);

const claimsOf = (value = ''): Record<string, unknown> =>
  JSON.parse(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

const problem = (code: string, status: number): Reply => ({
  status,
  headers: { 'Content-Type': 'application/problem+json' },
  body: JSON.stringify({
    code,
    title: 'server title',
    status,
    detail: 'server detail',
    instance: 'urn:kong:request:7',
  }),
});

describe('modi call', () => {
  it('sends what it signed: one of each header, Host, length, the body byte for byte', async () => {
    const { url, seen } = await serverWith({ status: 200, body: 'fine' });
    const ran = await modi(['call', `${url}/v1/x?q=1`, ...BOTH, '--header', 'X-A: 1', '--header', 'X-A: 2'], { cwd });
    expect(ran.code).toBe(0);
    const [request] = seen;
    expect(request).toMatchObject({ method: 'POST', url: '/v1/x?q=1', body: '{"a":1}' });
    expect(headerValues(request!, 'x-a')).toEqual(['1', '2']);
    expect(headerValues(request!, 'content-length')).toEqual(['7']);
    expect(headerValues(request!, 'host')).toEqual([url.slice(7)]);
    expect(headerValues(request!, 'authorization')).toHaveLength(1);
    expect(claimsOf(headerValues(request!, 'authorization')[0])['aud']).toBe(`${url}/v1/x`);
    expect(ran.out).toMatch(/< 200 OK/);
    expect(ran.out).toContain('fine');
  });

  it('shows no whole token on the screen', async () => {
    const { url, seen } = await serverWith({ status: 200 });
    const ran = await modi(['call', url, ...BOTH], { cwd });
    for (const name of ['authorization', 'agid-jwt-signature']) {
      expect(ran.out).not.toContain(headerValues(seen[0]!, name)[0]);
    }
  });

  it('explains a refusal with our own table: who must act, the rule, where to read on; exit 3', async () => {
    const { url } = await serverWith(problem('MODI_DIGEST_MISMATCH', 400));
    const ran = await modi(['call', url, ...BOTH, '--lang', 'it'], { cwd });
    expect(ran.code).toBe(3);
    expect(ran.out).toMatch(/rifiuto +400 {2}Il Digest non corrisponde al corpo {2}MODI_DIGEST_MISMATCH/);
    expect(ran.out).toMatch(/perché +server detail/);
    expect(ran.out).toMatch(/agisce +chi chiama/);
    expect(ran.out).toMatch(/modi explain MODI_DIGEST_MISMATCH/);
  });

  it("asks for the problem in the user's language, unless told otherwise", async () => {
    const { url, seen } = await serverWith({ status: 200 });
    await modi(['call', url, ...BOTH, '--lang', 'it'], { cwd });
    await modi(['call', url, ...BOTH, '--header', 'Accept-Language: de'], { cwd });
    expect(seen.map((request) => headerValues(request, 'accept-language'))).toEqual([['it'], ['de']]);
  });

  it.each([
    [{ status: 401, body: '{"message":"Unauthorized"}' }, /acl gate closes/],
    [{ status: 404, body: '{"message":"no Route matched with those values"}' }, /no route of the gateway/],
    [{ status: 302, headers: { Location: 'http://elsewhere/' } }, /redirect is not followed/],
    [{ status: 502, body: '<html>' }, /cannot reach the service/],
  ])('an answer without code is refused too, and explained by its status: %j', async (reply, message) => {
    const { url, seen } = await serverWith(reply);
    const ran = await modi(['call', url, ...BOTH], { cwd });
    expect(ran.code).toBe(3);
    expect(ran.out).toMatch(message);
    expect(seen).toHaveLength(1);
  });

  it('JSON has request, response and problem', async () => {
    const { url } = await serverWith(problem('MODI_REPLAY', 409));
    const ran = await modi(['call', url, ...BOTH, '--output', 'json'], { cwd });
    expect(ran.code).toBe(3);
    expect(json(ran)).toMatchObject({
      schema: 'modi.call/1',
      outcome: 'refused',
      request: { method: 'POST', url: `${url}/`, body_bytes: 7 },
      response: { status: 409 },
      problem: { code: 'MODI_REPLAY', act: 'caller', instance: 'urn:kong:request:7', detail: 'server detail' },
    });
  });

  it('an accepted call has no problem, whatever its body says', async () => {
    const { url } = await serverWith({ status: 201, body: '{"message":"created"}' });
    const ran = await modi(['call', url, ...BOTH, '--output', 'json'], { cwd });
    expect(ran.code).toBe(0);
    expect(json(ran)).toMatchObject({ outcome: 'accepted', problem: null });
  });

  it('--break jti-reuse sends the same request twice and judges the second', async () => {
    const { url, seen } = await serverWith({ status: 200 }, problem('MODI_REPLAY', 409));
    const ran = await modi(['call', url, ...BOTH, '--break', 'jti-reuse'], { cwd });
    expect(ran.code).toBe(3);
    expect(seen).toHaveLength(2);
    expect(seen[1]).toEqual(seen[0]);
    expect(ran.err).toMatch(/first of the two was answered 200/);
  });

  it('--break bearer-twice really sends two headers, --break digest another body', async () => {
    const { url, seen } = await serverWith({ status: 400 });
    await modi(['call', url, ...BOTH, '--break', 'bearer-twice'], { cwd });
    await modi(['call', url, ...BOTH, '--break', 'digest'], { cwd });
    expect(headerValues(seen[0]!, 'authorization')).toHaveLength(2);
    expect(seen[1]?.body).toBe('{"a":1} ');
    expect(headerValues(seen[1]!, 'content-length')).toEqual(['8']);
  });

  it('an answer cannot play tricks on the terminal', async () => {
    const { url } = await serverWith({
      status: 200,
      headers: { 'X-Odd': '\u00a0\u0085' },
      body: '\u001b[2Jhidden\u202e',
    });
    const ran = await modi(['call', url, ...BOTH], { cwd });
    expect(ran.out).not.toContain('\u001b');
    expect(ran.out).not.toContain('\u202e');
    expect(ran.out).toContain('\\u{1b}[2Jhidden\\u{202e}');
  });

  it('https needs the authority by name, and then works', async () => {
    const pem = (name: string) => readFileSync(join(cwd, '.modi', name));
    const server = createTlsServer({ cert: pem('server.pem'), key: pem('server.key') }, (_, response) => {
      response.end('secure');
    });
    servers.push(server);
    // Real certificates are judged by the real clock, so the dev keys of this test are of the real time.
    const other = temporaryDirectory();
    await modi(['keygen', '--dev'], { cwd: other.path, now: Math.floor(Date.now() / 1000) });
    server.setSecureContext({
      cert: readFileSync(join(other.path, '.modi/server.pem')),
      key: readFileSync(join(other.path, '.modi/server.key')),
    });
    const url = `https://127.0.0.1:${await listen(server)}/`;
    const argv = ['call', url, '--pattern', 'ID_AUTH_REST_01'];
    const refused = await modi(argv, { cwd: other.path });
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/--cacert.*CLI_NETWORK\n$/);
    const accepted = await modi([...argv, '--cacert', '.modi/ca.pem'], { cwd: other.path });
    expect(accepted).toMatchObject({ code: 0 });
    expect(accepted.out).toContain('secure');
    other.remove();
  });

  it('no answer is exit 1, not 3', async () => {
    const server = createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const ran = await modi(['call', `http://127.0.0.1:${port}/`, ...BOTH], { cwd });
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toMatch(/nobody listens there.*modi start.*CLI_NETWORK\n$/);
  });

  it('a connection that breaks off is exit 1', async () => {
    const server = createServer((request) => request.socket.destroy());
    servers.push(server);
    const ran = await modi(['call', `http://127.0.0.1:${await listen(server)}/`, ...BOTH], { cwd });
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/closed without an answer.*CLI_NETWORK/);
  });

  it.each(['ftp://x/', '/path', 'nonsense'])('%s is no URL to call', async (url) => {
    const ran = await modi(['call', url, ...BOTH], { cwd });
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(/http or https URL.*CLI_USAGE\n$/);
  });
});
