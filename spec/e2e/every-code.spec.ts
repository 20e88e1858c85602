import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { ERROR_TABLE, rowOf, type ModiCode } from '../../plugins/core/errors';
import type { RunningPlatform } from '../../plugins/dev/platform';
import { codeCases, type CodeCase } from '../support/codes/cases';
import { ACTS } from '../support/codes/acts';
import { ELSEWHERE } from '../support/codes/elsewhere';
import { codeRoutes } from '../support/codes/routes';
import { makeCast, REFUSED, refusedCertificates, type Cast } from '../support/corpus';
import { freePort } from '../support/free-port';
import { packServer, startTestGateway, type TestGateway } from '../support/gateways';
import { send, type HttpAnswer } from '../support/http';
import { listen, type Listening } from '../support/http-server';
import { serverIdentity } from '../support/tls-files';
import { kongYml } from '../support/kong-yml';
import { PDND_REFUSED, pdndCast, type PdndCast } from '../support/pdnd';
import { platformRoutes, startPdndPlatform } from '../support/pdnd/platform';
import { mockPki, type MockPki } from '../support/pki';
import { skipWithoutRedis, startRedis } from '../support/redis/server';
import { makeRequest } from '../support/requests';
import { responderFor } from '../support/responder';

const CODES = Object.keys(ERROR_TABLE) as ModiCode[];

/** What nginx refuses by itself, without a code: a second Authorization header. Then the embedded gateway shows it. */
const BY_NGINX: readonly ModiCode[] = ['MODI_AUTHORIZATION_DUPLICATE'];

/** What the wire carries at most, in bytes. */
const MAX_FRAME = 100_000;

/** What the service answers, by the last part of the path; an echo of nothing otherwise. */
const ANSWERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  events: (response) => response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end('data: 1\n\n'),
  partial: (response) => response.writeHead(206, { 'Content-Range': 'bytes 0-1/9' }).end('ab'),
  large: (response) => response.writeHead(200, { 'Content-Type': 'text/plain' }).end('x'.repeat(2000)),
  // More than the wire carries, as this plugin server is started.
  beyond: (response) => response.writeHead(200).end(Buffer.alloc(2 * MAX_FRAME)),
  latin: (response) => response.writeHead(200, { 'Content-Type': 'text/plain', 'X-Nota': 'citt\u00e0' }).end('x'),
};

let folder: string;
let cast: Cast;
let platform: RunningPlatform;
let platformCast: PdndCast;
let service: Server;
let gateway: TestGateway;
let cases: readonly CodeCase[];
let pki: MockPki;
let fullStore: number;
const servers: Listening[] = [];

const now = (): number => Math.floor(Date.now() / 1000);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'modi-codes-'));
  pki = await mockPki();
  fullStore = await freePort();
  cast = await makeCast();
  platform = await startPdndPlatform();
  platformCast = pdndCast(platform.platform.voucherKeys.current);
  const partner = await pki.issue({
    subject: 'CN=Fornitore, 2.5.4.97=VATIT-01234567890',
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'],
  });
  service = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const answer = ANSWERS[request.url?.split('/').pop() ?? ''];
      if (answer === undefined) response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
      else answer(response);
    });
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  // No certificates are behind any x5u, and the responder does not know the caller.
  const chains = await listen((_request, response) => response.end('no certificate'), await serverIdentity());
  const stranger = responderFor(pki, now(), pki.leaf('ec').serialNumber, { status: 'unknown' });
  const responder = await listen(stranger);
  servers.push(chains, responder);
  const beside = { chainHost: `localhost:${chains.port}`, responder: `http://localhost:${responder.port}/`, fullStore };
  const routes = [...codeRoutes(folder, cast, pki, beside, now()), ...platformRoutes(folder, platform)];
  const document = parse(kongYml(url, routes)) as Record<string, unknown>;
  document['consumers'] = [{ username: 'comune-di-esempio/protocollo', custom_id: 'CF:IT-80012000000' }];
  gateway = await startTestGateway({
    folder,
    kongYml: stringify(document),
    pluginServers: packServer(
      folder,
      ['modi-verify', 'modi-sign', 'modi-audit'],
      ...['--log-level', 'error', '--max-frame', String(MAX_FRAME)],
    ),
  });
  const good = () => call('auth02', makeRequest({ now: now(), party: cast.ec }));
  // Until the plugin server listens, Kong answers 500.
  const deadline = Date.now() + 20_000;
  while ((await good()).status !== 200 && Date.now() < deadline) await pause(100);
  cases = await codeCases({ cast, pki, partner, platform: platformCast, beside }, now());
});

afterAll(async () => {
  await gateway.stop();
  await platform.close();
  service.close();
  service.closeAllConnections();
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const call = (path: string, request: Parameters<typeof send>[1]): Promise<HttpAnswer> =>
  send(`${gateway.url}/${path}`, request);

/** The answer to the last request of the first case that is there for the code. */
async function refusalWith(code: ModiCode): Promise<HttpAnswer | undefined> {
  const own = cases.find((one) => one.code === code);
  if (own !== undefined) {
    let answer: HttpAnswer | undefined;
    for (const request of own.requests) answer = await call(own.path, request);
    return answer;
  }
  const found = [...REFUSED, ...refusedCertificates(cast)].find((one) => one.code === code);
  if (found !== undefined) return call(found.route, found.make(cast, now()));
  const ofPlatform = PDND_REFUSED.find((one) => one.code === code);
  return ofPlatform && call(ofPlatform.route, ofPlatform.make(platformCast, now()));
}

/** @throws AssertionError unless it is this refusal, with its status and form. */
function expectRefusal(answer: HttpAnswer, code: ModiCode): void {
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.json()).toMatchObject({ code, status: answer.status });
  const { status } = rowOf(code);
  if (status === 'token') expect([400, 401]).toContain(answer.status);
  else expect(answer.status).toBe(status);
  expect(Date.parse(String(answer.headers.date))).toBeGreaterThan(0);
}

const BY_REQUEST = CODES.filter((code) => !(code in ELSEWHERE) && !(code in ACTS) && code !== 'MODI_REPLAY_STORE_FULL');

describe('every code of the table', () => {
  it.each(BY_REQUEST)('%s can be got from outside', async (code) => {
    const answer = await refusalWith(code);
    if (answer === undefined) throw new Error(`add a case to spec/support/codes/cases.ts, or a reason to elsewhere.ts`);
    if (gateway.kind === 'kong' && BY_NGINX.includes(code)) expect(answer.status).toBe(400);
    else expectRefusal(answer, code);
  });

  it.skipIf(skipWithoutRedis('MODI_REPLAY_STORE_FULL'))('MODI_REPLAY_STORE_FULL by a Redis without room', async () => {
    await startRedis({ port: fullStore, flags: ['--maxmemory', '1', '--maxmemory-policy', 'noeviction'] });
    expectRefusal(await call('full', makeRequest({ now: now(), party: cast.ec })), 'MODI_REPLAY_STORE_FULL');
  });

  // They wait for what happens around the gateway: all of them at once.
  describe.concurrent('by what happens meanwhile', () => {
    it.each(Object.entries(ACTS))('%s', { timeout: 120_000 }, async (code, act) => {
      expectRefusal(await act({ gateway, folder, cast, pki, platform, platformCast }), code as ModiCode);
    });
  });

  it.each(Object.entries(ELSEWHERE))('%s is not: %s', (code, reason) => {
    expect(code in ACTS || cases.some((one) => one.code === code)).toBe(false);
    expect(CODES).toContain(code);
    expect(reason).toMatch(/spec\//);
  });
});
