import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { startGateway } from '../../plugins/dev';
import { verifyAnswer } from '../support/answers';
import { LogCollector } from '../support/embedded-gateway';
import { send, startEcho, type HttpAnswer } from '../support/http';
import { mockPki, type MockPki, type MockSigner } from '../support/pki';
import { makeRequest, type RequestRecipe, type TestRequest } from '../support/requests';
import { standIns, withStandIns } from './support/kong-yml';
import { ROOT } from './support/pages';

/** Those of the national platform have callers of another kind: declarative-pdnd.spec.ts. */
const FILES = readdirSync(join(ROOT, 'declarative')).filter((name) => /^(?!pdnd-).*\.yml$/.test(name));

interface Plugin {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** What the file promises: its one route, and the configuration of each plugin on it. */
interface Fragment {
  readonly text: string;
  readonly path: string;
  readonly patterns: readonly string[];
  readonly audience: string;
  readonly plugins: ReadonlyMap<string, Plugin['config']>;
}

function fragmentOf(file: string): Fragment {
  const text = readFileSync(join(ROOT, 'declarative', file), 'utf8');
  const { services } = parse(text) as {
    services: { plugins: Plugin[]; routes: { paths: string[]; plugins: Plugin[] }[] }[];
  };
  const [service] = services;
  const [route] = service?.routes ?? [];
  const plugins = new Map(
    [...(service?.plugins ?? []), ...(route?.plugins ?? [])].map(({ name, config }) => [name, config]),
  );
  const { patterns, audience } = plugins.get('modi-verify') as { patterns: string[]; audience: string[] };
  return { text, path: route?.paths[0] ?? '', patterns, audience: audience[0] ?? '', plugins };
}

let pki: MockPki;
beforeAll(async () => {
  pki = await mockPki();
});

interface Running {
  readonly call: (request: TestRequest) => Promise<HttpAnswer>;
  /** How many requests the service has got. */
  readonly served: () => number;
  readonly stop: () => Promise<void>;
}

/** The file as it stands, but for the places of files and of the service. */
async function run({ path }: Fragment, text: string, folder: string): Promise<Running> {
  const echo = await startEcho();
  const here = text.replaceAll(/url: http:\/\/\S+/g, `url: ${echo.url}`).replaceAll('/var/log/kong', folder);
  const gateway = await startGateway({
    configFile: { name: 'kong.yml', text: withStandIns(here, await standIns()) },
    listen: [{ host: '127.0.0.1', port: 0 }],
    logger: new LogCollector(),
  });
  return {
    call: (request) => send(`${gateway.url}${path}/x`, request),
    served: echo.requests,
    stop: async () => {
      await gateway.close();
      echo.close();
    },
  };
}

const now = (): number => Math.floor(Date.now() / 1000);

function signed({ patterns, audience }: Fragment, party: MockSigner, more: Partial<RequestRecipe> = {}): TestRequest {
  const integrity = patterns.includes('INTEGRITY_REST_01');
  const claims = { aud: audience, ...(patterns.includes('ID_AUTH_REST_02') ? {} : { jti: undefined }) };
  return makeRequest({ now: now(), party, integrity, idAuth: { claims }, signature: { claims }, ...more });
}

describe.each(FILES)('declarative/%s', (file) => {
  const fragment = fragmentOf(file);
  const ec = () => pki.leaf('ec');
  let folder: string;
  let running: Running;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'modi-declarative-'));
    running = await run(fragment, fragment.text, folder);
  });
  afterAll(async () => {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('accepts a signed call, and a second time only where the pattern lets it', async () => {
    const request = signed(fragment, ec());
    const accepted = await running.call(request);
    expect([accepted.status, accepted.body.toString()]).toEqual([200, expect.stringContaining('"x-modi-client"')]);
    const { status } = await running.call(request);
    expect(status).toBe(fragment.patterns.includes('ID_AUTH_REST_02') ? 409 : 200);
  });

  it('refuses what is unsigned, for somebody else, or changed', async () => {
    const before = running.served();
    const bad = new Map([
      ['MODI_AUTHORIZATION_MISSING', { headers: {}, body: Buffer.alloc(0) }],
      ['MODI_AUDIENCE_MISMATCH', signed({ ...fragment, audience: 'https://other.example' }, ec())],
      ...(fragment.patterns.includes('INTEGRITY_REST_01')
        ? [['MODI_DIGEST_MISMATCH', { ...signed(fragment, ec()), body: Buffer.alloc(29, 'x') }] as const]
        : []),
    ]);
    for (const [code, request] of bad) expect((await running.call(request)).json()['code']).toBe(code);
    expect(running.served()).toBe(before);
  });

  it('is closed by its gate when modi-verify does not run', async () => {
    const without = parseDocument(fragment.text);
    without.deleteIn(['services', 0, 'routes', 0, 'plugins']);
    const unverified = await run(fragment, String(without), folder);
    onTestFinished(unverified.stop);
    expect([(await unverified.call(signed(fragment, ec()))).status, unverified.served()]).toEqual([401, 0]);
  });

  if (fragment.plugins.has('rate-limiting'))
    it('counts by caller', async () => {
      const { minute } = fragment.plugins.get('rate-limiting') as { minute: number };
      const callers = ['CF:IT-80011111111', 'CF:IT-80022222222'].map((id) =>
        pki.issue({ subject: `CN=x, 2.5.4.97=${id}` }),
      );
      const [first, second] = await Promise.all(callers);
      const statuses: number[] = [];
      for (let calls = 0; calls <= minute; calls += 1) {
        statuses.push((await running.call(signed(fragment, first!))).status);
      }
      expect(statuses).toEqual([...Array.from({ length: minute }, () => 200), 429]);
      expect((await running.call(signed(fragment, second!))).status).toBe(200);
    });

  if (fragment.plugins.has('modi-sign'))
    it('signs what the caller gets', async () => {
      const request = signed(fragment, ec());
      const { claims } = await verifyAnswer(await running.call(request), ec().der);
      expect(claims).toMatchObject({ aud: 'comune-di-esempio/protocollo', request_digest: request.headers['digest'] });
    });
});

it('there is a file for every combination of patterns', () => {
  const combinations = FILES.map((file) => fragmentOf(file).patterns.join('+'));
  const [first, second] = ['ID_AUTH_REST_01', 'ID_AUTH_REST_02'];
  for (const id of [first, second])
    expect(combinations).toEqual(expect.arrayContaining([id, `${id}+INTEGRITY_REST_01`]));
});
