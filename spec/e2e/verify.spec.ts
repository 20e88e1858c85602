import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCEPTED, makeCast, REFUSED, refusedCertificates, type Case, type Cast } from '../support/corpus';
import { packServer, startTestGateway, type TestGateway } from '../support/gateways';
import { send, startEcho, type HttpAnswer } from '../support/http';
import { corpusRoutes, kongYml } from '../support/kong-yml';
import { makeRequest } from '../support/requests';

let cast: Cast;
let gateway: TestGateway;
let echo: Awaited<ReturnType<typeof startEcho>>;
let folder: string;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'modi-e2e-'));
  [cast, echo] = await Promise.all([makeCast(), startEcho()]);
  gateway = await startTestGateway({
    folder,
    kongYml: kongYml(echo.url, corpusRoutes(folder, cast)),
    pluginServers: packServer(folder, ['modi-verify'], '--log-level', 'warn'),
  });
  // Until the plugin server listens, Kong answers 500.
  const deadline = Date.now() + 20_000;
  while ((await call(ACCEPTED[0]!)).status !== 200 && Date.now() < deadline) await pause(100);
});

afterAll(async () => {
  agent.destroy();
  await gateway.stop();
  echo.close();
  rmSync(folder, { recursive: true, force: true });
});

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const now = (): number => Math.floor(Date.now() / 1000);

const call = (one: Case): Promise<HttpAnswer> => send(`${gateway.url}/${one.route}`, one.make(cast, now()), { agent });

/** What an HTTP server refuses by itself before any plugin runs: repeated single headers, headers beyond its buffers. */
const byTheServer = (answer: HttpAnswer): boolean =>
  [400, 431, 494].includes(answer.status) && !answer.body.toString('latin1').includes('urn:modi');

const MAY_BE_THE_SERVERS = /DUPLICATE: two headers|TOO_LARGE: a claim|MODI_HEADER_DUPLICATE/;

describe(`the corpus over HTTP (MODI_GATEWAY=${process.env['MODI_GATEWAY'] ?? 'embedded'})`, () => {
  it.each(ACCEPTED.map((one) => [one.name, one] as const))('accepts %s', async (_, one) => {
    const answer = await call(one);
    expect([answer.status, answer.body.toString().slice(0, 300)]).toEqual([200, expect.any(String)]);
    const { headers } = answer.json() as { headers: Record<string, string> };
    expect(headers['x-modi-client']).toBeTruthy();
    for (const hidden of ['authorization', 'agid-jwt-signature', 'digest']) expect(headers).not.toHaveProperty(hidden);
  });

  it.each(REFUSED.map((one) => [one.name, one] as const))('refuses %s', async (_, one) => {
    const before = echo.requests();
    const answer = await call(one);
    expect(echo.requests()).toBe(before);
    if (MAY_BE_THE_SERVERS.test(one.name) && byTheServer(answer)) return;
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(Math.abs(Date.parse(String(answer.headers.date)) - Date.now())).toBeLessThan(60_000);
    expect(answer.json()).toMatchObject({ code: one.code, status: answer.status });
    if (one.status !== undefined) expect(answer.status).toBe(one.status);
    if (answer.status === 401) expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it('refuses every certificate that must not sign', async () => {
    for (const one of refusedCertificates(cast)) expect((await call(one)).json()['code']).toBe(one.code);
  });
});

describe('one request', () => {
  const signed = (more = {}) => makeRequest({ now: now(), party: cast.ec, integrity: true, ...more });

  it('is accepted once, and a thousand copies at the same moment are all refused but one', async () => {
    const request = signed();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => send(`${gateway.url}/unique`, request, { agent })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(99);
  });

  it.each([9_000, 70_000, 1_000_000, 12_000_000])(
    'with a body of %i bytes is verified from nginx’s temporary file',
    async (size) => {
      const body = Buffer.alloc(size, 0x61);
      const answer = await send(`${gateway.url}/unique`, signed({ body }), { agent });
      expect([answer.status, answer.json()['bytes']]).toEqual([200, size]);
      const bent = { ...signed({ body }), body: Buffer.concat([body.subarray(1), Buffer.from('b')]) };
      expect((await send(`${gateway.url}/unique`, bent, { agent })).json()['code']).toBe('MODI_DIGEST_MISMATCH');
    },
  );

  it('sent in chunks is verified as well', async () => {
    const request = signed({
      body: Buffer.alloc(50_000, 0x62),
      wire: { 'content-length': undefined, 'transfer-encoding': 'chunked' },
    });
    expect((await send(`${gateway.url}/unique`, request, { agent })).status).toBe(200);
  });

  it('leaves a record with the decision in Kong’s log, and no token', async () => {
    const jti = `logged-${now()}`;
    const request = signed({ signature: { claims: { jti } } });
    await send(`${gateway.url}/unique`, request, { agent });
    const refusal = await send(`${gateway.url}/unique`, request, { agent });
    const requestId = String(refusal.json()['instance']).replace('urn:kong:request:', '');
    const log = (): string => readFileSync(join(folder, 'access.log'), 'utf8');
    await expect.poll(log).toContain(requestId);
    const lines = log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { request: { id: string }; modi: Record<string, unknown> });
    expect(lines.find(({ request: { id } }) => id === requestId)?.modi).toMatchObject({
      outcome: 'refused',
      code: 'MODI_REPLAY',
    });
    const accepted = lines.find((line) => JSON.stringify(line).includes(jti) && line.modi['outcome'] === 'accepted');
    expect(accepted?.modi).toMatchObject({ outcome: 'accepted', client: 'CF:IT-80012000000' });
    for (const name of ['authorization', 'agid-jwt-signature']) {
      expect(log()).not.toContain(String(request.headers[name]).split('.')[2]);
    }
  });

  it('cannot bring its own X-ModI headers to the service', async () => {
    const wire = { 'x-modi-client': 'spoofed', x_modi_client: 'spoofed', 'x-modi-admin': 'spoofed' };
    const answer = await send(`${gateway.url}/unique`, signed({ wire }), { agent });
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).not.toContain('spoofed');
  });
});
