import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { accessRecord } from '../../plugins/core/audit';
import { makeCast, type Cast } from '../support/corpus';
import { packServer, startTestGateway, type TestGateway } from '../support/gateways';
import { send, startEcho, type HttpAnswer } from '../support/http';
import { auditPlugin, gate, signPlugin, verifyPlugin } from '../support/kong-yml';
import { makeRequest } from '../support/requests';

const folder = mkdtempSync(join(tmpdir(), 'modi-outcomes-'));
const LOG = join(folder, 'access.log');
const EVIDENCE = join(folder, 'evidence');
/** Takes the evidence away while it is asked, and then answers. */
const taker = createServer((_, response) => {
  rmSync(EVIDENCE, { recursive: true });
  response.end('{}');
});
/** Accepts connections and says nothing. */
const silent = createServer(() => undefined);
let cast: Cast;
let echo: Awaited<ReturnType<typeof startEcho>>;
let gateway: TestGateway;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  [cast, echo] = await Promise.all([makeCast(), startEcho()]);
  for (const server of [silent, taker]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const closed = createServer();
  await new Promise<void>((done) => closed.listen(0, '127.0.0.1', done));
  const nobody = portOf(closed);
  closed.close();
  const verify = verifyPlugin(folder, cast, { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] });
  const sign = signPlugin(folder, cast.other, { audience: 'client_id' });
  const tooSmall = signPlugin(folder, cast.other, { audience: 'client_id', max_body_size: 1 });
  // modi-audit makes a directory one level deep, and no more.
  const unwritable = auditPlugin(join(folder, 'no/such/evidence'), { durability: 'before_response' });
  const keeping = auditPlugin(EVIDENCE, { durability: 'before_response' });
  const route = (name: string, plugins: readonly object[]) => ({
    name,
    paths: [`/${name}`],
    strip_path: false,
    plugins,
  });
  const other = (name: string, config: object) => ({ name, config });
  const service = (name: string, url: string, routes: readonly object[]) => ({
    name,
    url,
    read_timeout: 300,
    retries: 0,
    routes,
  });
  const kongYml = stringify(
    {
      _format_version: '3.0',
      plugins: [other('file-log', { path: LOG })],
      services: [
        service('echo', echo.url, [
          route('accepted', [verify, gate, sign]),
          route('group', [verify, { name: 'acl', config: { allow: ['others'] } }]),
          route('often', [verify, gate, other('rate-limiting', { minute: 1, policy: 'local', limit_by: 'service' })]),
          route('closed', [verify, gate, other('request-termination', { status_code: 503 })]),
          route('evidence', [verify, gate, unwritable]),
          route('large', [verify, gate, tooSmall]),
          route('plain', []),
          route('shut', [gate]),
        ]),
        service('nobody', `http://127.0.0.1:${nobody}`, [route('nobody', [verify, gate, sign])]),
        service('taker', `http://127.0.0.1:${portOf(taker)}`, [route('taken', [verify, gate, sign, keeping])]),
        service('silent', `http://127.0.0.1:${portOf(silent)}`, [route('silent', [verify, gate])]),
      ],
    },
    { aliasDuplicateObjects: false },
  );
  gateway = await startTestGateway({
    folder,
    kongYml,
    pluginServers: packServer(folder, ['modi-verify', 'modi-sign', 'modi-audit'], '--log-level', 'fatal'),
  });
  const isServed = async (): Promise<void> => {
    expect((await call('accepted')).status).toBe(200);
  };
  await vi.waitFor(isServed, { timeout: 20_000, interval: 100 });
});

afterAll(async () => {
  await gateway.stop();
  echo.close();
  silent.closeAllConnections();
  silent.close();
  taker.close();
  rmSync(folder, { recursive: true, force: true });
});

const call = (path: string, more = {}): Promise<HttpAnswer> =>
  send(
    `${gateway.url}/${path}`,
    makeRequest({ now: Math.floor(Date.now() / 1000), party: cast.ec, integrity: true, ...more }),
  );

/** The line that Kong's file-log wrote of a call. */
async function loggedOf(answer: HttpAnswer): Promise<Record<string, unknown>> {
  const id = String(answer.headers['x-kong-request-id']);
  const line = (): string | undefined =>
    readFileSync(LOG, 'utf8')
      .split('\n')
      // The last may be on its way.
      .slice(0, -1)
      .find((text) => text.includes(`"id":"${id}"`));
  await expect.poll(line, { timeout: 10_000 }).toBeDefined();
  return JSON.parse(line() ?? '') as Record<string, unknown>;
}

/** What the trail says of a call, from that line. */
const recordOf = async (answer: HttpAnswer) => accessRecord(await loggedOf(answer));

const FOUND = { client: { id: 'CF:IT-80012000000' }, patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] };

describe(`the record says whose answer the caller got (MODI_GATEWAY=${process.env['MODI_GATEWAY'] ?? 'embedded'})`, () => {
  it.each<[what: string, path: string, more: object, status: number, record: object]>([
    ['the service’s', 'accepted', {}, 200, { outcome: { result: 'accepted', by: 'service' }, ...FOUND }],
    [
      'modi-verify’s',
      'accepted',
      { idAuth: { claims: { aud: 'other' } } },
      401,
      { outcome: { result: 'refused', by: 'modi-verify', code: 'MODI_AUDIENCE_MISMATCH' } },
    ],
    [
      'modi-audit’s, with what modi-verify had found',
      'evidence',
      {},
      503,
      { outcome: { result: 'refused', by: 'modi-audit', code: 'MODI_EVIDENCE_UNAVAILABLE' }, ...FOUND },
    ],
    [
      'modi-audit’s, when the evidence of the answer cannot be kept',
      'taken',
      {},
      503,
      { outcome: { result: 'failed', by: 'modi-audit', code: 'MODI_EVIDENCE_UNAVAILABLE' }, ...FOUND },
    ],
    [
      'modi-sign’s, when the answer cannot be signed',
      'large',
      {},
      502,
      { outcome: { result: 'failed', by: 'modi-sign', code: 'MODI_ANSWER_TOO_LARGE' }, ...FOUND },
    ],
    ['acl’s', 'group', {}, 403, { outcome: { result: 'refused', by: 'kong', code: 'KONG_403' }, ...FOUND }],
    [
      'request-termination’s',
      'closed',
      {},
      503,
      { outcome: { result: 'failed', by: 'kong', code: 'KONG_503' }, ...FOUND },
    ],
    [
      'Kong’s, no service there',
      'nobody',
      {},
      502,
      { outcome: { result: 'failed', by: 'kong', code: 'KONG_502' }, ...FOUND },
    ],
    [
      'Kong’s, the service silent',
      'silent',
      {},
      504,
      { outcome: { result: 'failed', by: 'kong', code: 'KONG_504' }, ...FOUND },
    ],
    ['Kong’s, no such route', 'elsewhere', {}, 404, { outcome: { result: 'gateway', by: 'kong', code: 'KONG_404' } }],
    [
      'the gate’s, without modi-verify',
      'shut',
      {},
      401,
      { outcome: { result: 'gateway', by: 'kong', code: 'KONG_401' } },
    ],
    ['the service’s, judged by nobody', 'plain', {}, 200, { outcome: { result: 'unjudged', by: 'service' } }],
  ])('%s', async (_, path, more, status, expected) => {
    const answer = await call(path, more);
    expect(answer.status).toBe(status);
    const record = await recordOf(answer);
    expect(record).toMatchObject(expected);
    expect((record['outcome'] as { status: number }).status).toBe(status);
    const { result, code } = record['outcome'] as { result: string; code?: string };
    // Kong's own line says the same: what is counted there is what the trail has.
    if (code?.startsWith('MODI_')) {
      expect((await loggedOf(answer))['modi']).toMatchObject({ outcome: result, code, status });
    }
    if (['nobody', 'silent'].includes(path)) expect(record['outcome']).not.toHaveProperty('upstream_status');
  });

  it('rate-limiting’s', async () => {
    let answer = await call('often');
    while (answer.status === 200) answer = await call('often');
    expect(answer.status).toBe(429);
    expect(await recordOf(answer)).toMatchObject({
      outcome: { result: 'refused', by: 'kong', code: 'KONG_429', status: 429 },
      ...FOUND,
    });
  });

  it('the caller’s certificate and its end, for who must renew it', async () => {
    const { key } = (await recordOf(await call('accepted'))) as { key: { certificate_not_after: string } };
    expect(Date.parse(key.certificate_not_after)).toBeGreaterThan(Date.now());
  });

  it('Kong’s, when the plugin server is dead', async () => {
    const pid = Number(await gateway.pluginServerPid());
    process.kill(pid, 'SIGSTOP');
    process.kill(pid, 'SIGKILL');
    const answer = await call('accepted');
    expect(answer.status).toBe(500);
    expect(await recordOf(answer)).toMatchObject({
      outcome: { result: 'gateway', by: 'kong', code: 'KONG_500', status: 500 },
    });
  });
});
