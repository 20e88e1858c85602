import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startGateway } from '../../plugins/dev';
import type { RunningPlatform } from '../../plugins/dev/platform';
import { LogCollector } from '../support/embedded-gateway';
import { send, startEcho, type HttpAnswer } from '../support/http';
import { IDS, makePdndRequest, pdndCast, type PdndCast, type PdndRecipe } from '../support/pdnd';
import { apiClientPem, platformAddresses, startPdndPlatform } from '../support/pdnd/platform';
import { standIns, withStandIns } from './support/kong-yml';
import { ROOT } from './support/pages';

const FILES = readdirSync(join(ROOT, 'declarative')).filter((name) => name.startsWith('pdnd-'));

interface Config {
  readonly patterns: readonly string[];
  readonly pdnd: { readonly voucher?: string };
}

const configOf = (text: string): Config => {
  const { services } = parse(text) as { services: { routes: { plugins: { config: Config }[] }[] }[] };
  return services[0]!.routes[0]!.plugins[0]!.config;
};

let platform: RunningPlatform;
let cast: PdndCast;
beforeAll(async () => {
  platform = await startPdndPlatform();
  cast = pdndCast(platform.platform.voucherKeys.current);
});
afterAll(() => platform.close());

describe.each(FILES)('declarative/%s on the mock platform', (file) => {
  const text = readFileSync(join(ROOT, 'declarative', file), 'utf8');
  const { patterns, pdnd } = configOf(text);
  const tokens = {
    dpop: pdnd.voucher === 'dpop',
    audit: patterns.some((pattern) => pattern.startsWith('AUDIT')),
    integrity: patterns.includes('INTEGRITY_REST_02'),
  };
  let folder: string;
  let stop: () => Promise<void>;
  let call: (more?: Partial<PdndRecipe>) => Promise<HttpAnswer>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'modi-pdnd-'));
    const echo = await startEcho();
    const here = text.replaceAll(/url: http:\/\/\S+/g, `url: ${echo.url}`).replaceAll('/var/log/kong', folder);
    const stand = { ...(await standIns()), platform: platformAddresses(platform), platformKey: apiClientPem() };
    const gateway = await startGateway({
      configFile: { name: 'kong.yml', text: withStandIns(here, stand) },
      listen: [{ host: '127.0.0.1', port: 0 }],
      logger: new LogCollector(),
    });
    stop = async () => {
      await gateway.close();
      echo.close();
    };
    const path = '/rest/anagrafe/v1/x';
    call = (more = {}) =>
      send(gateway.url + path, makePdndRequest({ now: Math.floor(Date.now() / 1000), cast, path, ...tokens, ...more }));
  });
  afterAll(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('accepts a correct call, and tells the service who called and why', async () => {
    const answer = await call();
    expect([answer.status, answer.body.toString()]).toEqual([200, expect.any(String)]);
    const { headers } = answer.json() as { headers: Record<string, string> };
    expect(headers).toMatchObject({
      'x-modi-client': IDS.client,
      'x-modi-purpose-id': IDS.purpose,
      'x-modi-consumer-id': IDS.consumer,
      ...(tokens.audit ? { 'x-modi-audit-userid': 'op-4711' } : {}),
    });
    for (const hidden of ['authorization', 'dpop', 'agid-jwt-signature', 'agid-jwt-trackingevidence']) {
      expect(headers).not.toHaveProperty(hidden);
    }
  });

  it('refuses a voucher for another e-service, of a stranger, and none', async () => {
    const codeOf = async (more: Partial<PdndRecipe>) => (await call(more)).json()['code'];
    expect(await codeOf({ voucher: { claims: { eserviceId: IDS.client } } })).toBe('MODI_VOUCHER_ESERVICE');
    expect(await codeOf({ voucher: { key: cast.stranger.privateKey } })).toBe('MODI_SIGNATURE_INVALID');
    expect(await codeOf({ wire: { authorization: undefined } })).toBe('MODI_AUTHORIZATION_MISSING');
  });

  it('refuses a call without the token that makes it what it is', async () => {
    const [header, code] = tokens.dpop
      ? ['dpop', 'MODI_DPOP_MISSING']
      : tokens.integrity
        ? ['agid-jwt-signature', 'MODI_SIGNATURE_HEADER_MISSING']
        : tokens.audit
          ? ['agid-jwt-trackingevidence', 'MODI_AUDIT_MISSING']
          : ['authorization', 'MODI_AUTHORIZATION_MISSING'];
    expect((await call({ wire: { [header]: undefined } })).json()['code']).toBe(code);
  });
});

it('there is a file for each kind of e-service', () => {
  expect(FILES).toEqual([
    'pdnd-audit-rest-01.yml',
    'pdnd-audit-rest-02.yml',
    'pdnd-dpop.yml',
    'pdnd-integrity-rest-02.yml',
    'pdnd-voucher.yml',
  ]);
});
