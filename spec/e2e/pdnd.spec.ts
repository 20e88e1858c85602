import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningPlatform } from '../../plugins/dev/platform';
import { packServer, startTestGateway, type TestGateway } from '../support/gateways';
import { send, startEcho, type HttpAnswer } from '../support/http';
import { kongYml } from '../support/kong-yml';
import { PDND_ACCEPTED, PDND_REFUSED, pdndCast, type PdndCase, type PdndCast } from '../support/pdnd';
import { platformRoutes, startPdndPlatform } from '../support/pdnd/platform';

let cast: PdndCast;
let platform: RunningPlatform;
let gateway: TestGateway;
let echo: Awaited<ReturnType<typeof startEcho>>;
let folder: string;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'modi-pdnd-'));
  [platform, echo] = await Promise.all([startPdndPlatform(), startEcho()]);
  cast = pdndCast(platform.platform.voucherKeys.current);
  gateway = await startTestGateway({
    folder,
    kongYml: kongYml(echo.url, platformRoutes(folder, platform)),
    pluginServers: packServer(folder, ['modi-verify'], '--log-level', 'warn'),
  });
  // Until the plugin server listens, Kong answers 500.
  const deadline = Date.now() + 20_000;
  while ((await call(PDND_ACCEPTED[0]!)).status !== 200 && Date.now() < deadline) await pause(100);
});

afterAll(async () => {
  agent.destroy();
  await gateway.stop();
  await platform.close();
  echo.close();
  rmSync(folder, { recursive: true, force: true });
});

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const now = (): number => Math.floor(Date.now() / 1000);

const call = (one: PdndCase): Promise<HttpAnswer> =>
  send(`${gateway.url}/${one.route}?query=1`, one.make(cast, now()), { agent });

/** What an HTTP server refuses by itself before any plugin runs: repeated single headers, headers beyond its buffers. */
const byTheServer = (answer: HttpAnswer): boolean =>
  [400, 431, 494].includes(answer.status) && !answer.body.toString('latin1').includes('urn:modi');
const MAY_BE_THE_SERVERS = /DUPLICATE: two vouchers|TOO_LARGE/;

describe(`the corpus of the platform over HTTP (MODI_GATEWAY=${process.env['MODI_GATEWAY'] ?? 'embedded'})`, () => {
  it.each(PDND_ACCEPTED.map((one) => [one.name, one] as const))('accepts %s', async (_, one) => {
    const answer = await call(one);
    expect([answer.status, answer.body.toString().slice(0, 300)]).toEqual([200, expect.any(String)]);
    const { headers } = answer.json() as { headers: Record<string, string> };
    expect(headers['x-modi-purpose-id']).toBeTruthy();
    for (const hidden of ['authorization', 'dpop', 'agid-jwt-trackingevidence', 'agid-jwt-signature', 'digest']) {
      expect(headers).not.toHaveProperty(hidden);
    }
  });

  it.each(PDND_REFUSED.map((one) => [one.name, one] as const))('refuses %s', async (_, one) => {
    const before = echo.requests();
    const answer = await call(one);
    expect(echo.requests()).toBe(before);
    if (MAY_BE_THE_SERVERS.test(one.name) && byTheServer(answer)) return;
    expect(answer.json()).toMatchObject({ code: one.code, status: one.status });
    if (answer.status === 401) expect(answer.headers['www-authenticate']).toMatch(challengeOf(one));
  });

  it('leaves purpose and ids in Kong’s log, and no token', async () => {
    const one = PDND_ACCEPTED.find(({ name }) => name === 'all as it should be, p-all')!;
    const request = one.make(cast, now());
    await send(`${gateway.url}/${one.route}`, request, { agent });
    const log = (): string => readFileSync(join(folder, 'access.log'), 'utf8');
    await expect.poll(log).toContain('"audit_kid"');
    expect(log()).toContain('"purpose_id":"55555555-0000-4000-8000-000000000001"');
    for (const name of ['authorization', 'dpop', 'agid-jwt-signature', 'agid-jwt-trackingevidence']) {
      expect(log()).not.toContain(String(request.headers[name]).split('.')[2]);
    }
  });

  it('tells the service and the log what the platform calls the caller', async () => {
    const one = PDND_ACCEPTED.find(({ name }) => name === 'all as it should be, p-all')!;
    const told = async (): Promise<unknown> => {
      const answer = await send(`${gateway.url}/${one.route}?named`, one.make(cast, now()), { agent });
      return answer.json();
    };
    await expect.poll(told, { timeout: 10_000 }).toMatchObject({
      headers: { 'x-modi-client-name': 'protocollo-app', 'x-modi-organization-name': 'Comune di Esempio' },
    });
    const log = (): string => readFileSync(join(folder, 'access.log'), 'utf8');
    await expect.poll(log).toContain('"organization_name":"Comune di Esempio"');
  });

  it('leaves the tracked data of persons to the service, and out of Kong’s log', async () => {
    const one = PDND_ACCEPTED.find(({ name }) => name === 'all as it should be, p-all')!;
    const answer = await send(`${gateway.url}/${one.route}?personal`, one.make(cast, now()), { agent });
    expect(answer.json()).toMatchObject({ headers: { 'x-modi-audit-userid': 'op-4711' } });
    const log = (): string => readFileSync(join(folder, 'access.log'), 'utf8');
    await expect.poll(log).toContain('?personal');
    const line = log()
      .split('\n')
      .find((text) => text.includes('?personal'));
    expect(JSON.parse(line!)).toMatchObject({
      request: {
        headers: {
          'x-modi-client-id': expect.any(String),
          'x-modi-audit-userid': 'REDACTED',
          'x-modi-audit-userlocation': 'REDACTED',
          'x-modi-audit-loa': 'REDACTED',
        },
      },
    });
    expect(log()).not.toMatch(/op-4711|desk-12/);
  });
});

/** RFC 6750 3, RFC 9449 7.1: which challenge a refusal of this route carries. */
function challengeOf({ route, code = '' }: PdndCase): RegExp {
  if (/^MODI_DPOP_(?!REQUIRED)/.test(code)) return /^DPoP error="invalid_dpop_proof"/;
  if (route === 'p-dpop' || route === 'p-all') return /^DPoP/;
  return route === 'p-any' ? /^Bearer .*, DPoP / : /^Bearer/;
}
