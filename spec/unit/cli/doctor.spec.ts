import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startGateway } from '../../../plugins/dev';
import { loadAllPlugins, PLUGIN_NAMES } from '../../../plugins/runtime/registry';
import { LogCollector } from '../../support/embedded-gateway';
import { goodSettings, startFakeKong, type FakeKong } from '../../support/fake-kong';
import { startEcho } from '../../support/http';
import { signerPem } from '../../support/kong-yml';
import { mockPki, type MockPki } from '../../support/pki';
import { testServer } from '../../support/plugin-server';
import { tempFolder } from '../../support/temp';
import { json, modi, type Ran } from './support';

let pki: MockPki;
beforeAll(async () => {
  pki = await mockPki();
});

const now = (): number => Math.floor(Date.now() / 1000);
/** The moment of every case: the machine may be busy between its parts. */
const MOMENT = now();
const doctor = (...argv: readonly string[]): Promise<Ran> => modi(['doctor', ...argv], { now: MOMENT });
/** The lines of a check, with what to do. */
const linesOf = (ran: Ran, check: string): string =>
  (ran.out.match(new RegExp(`^\\w+ +${check} \\.+ .*(?:\\n +-> .*)?`, 'gm')) ?? []).join('\n');

const verify = (config: object = {}, more: object = {}): object => ({
  name: 'modi-verify',
  enabled: true,
  route: { id: 'r1' },
  config: { patterns: ['ID_AUTH_REST_02'], audience: ['a'], trust: { anchors: [pki.anchorPem] }, ...config },
  ...more,
});
const sign = (config: object = {}): object => ({
  name: 'modi-sign',
  route: { id: 'r1' },
  config: {
    key: { file: signerPem(pki.leaf('ec')), certificate: pki.leaf('ec').pem },
    algorithm: 'ES256',
    issuer: 'i',
    subject: 's',
    audience: 'anonymous',
    ...config,
  },
});
const gate = (more: object = {}): object => ({
  name: 'acl',
  service: { id: 's1' },
  config: { allow: ['modi'] },
  ...more,
});
const ROUTE = { id: 'r1', name: 'anagrafe', service: { id: 's1' } };

/** A Kong of this kind before the real plugin server, with a gated route that verifies and signs. */
async function examined(kong: FakeKong, ...argv: readonly string[]): Promise<Ran> {
  const { path } = await testServer(await loadAllPlugins());
  const good = { plugins: [verify(), sign(), gate()], routes: [ROUTE] };
  return doctor('--admin', await startFakeKong(path, { now: MOMENT, ...good, ...kong }), ...argv);
}

describe('a Kong where all is well', () => {
  it('gets a line for each check, and exit 0', async () => {
    const ran = await examined({});
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out).toMatch(/\n\nall is well\n$/);
    const checks = ['kong', 'plugin modi-verify', 'plugin modi-sign', 'server', 'configuration', 'gate', 'header size'];
    for (const check of [...checks, 'body size', 'buffering', 'log level', 'certificate', 'clock']) {
      expect(linesOf(ran, check), check).toMatch(/^ok {4}/);
    }
    expect(ran.out).not.toMatch(/^(?:warn|fail|skip)/m);
  });

  it('is only asked, page by page, and never changed', async () => {
    const { path } = await testServer(await loadAllPlugins());
    const requests: string[] = [];
    const plugins = [gate(), verify(), sign()];
    const url = await startFakeKong(path, { plugins, routes: [ROUTE], pageSize: 1 }, requests);
    expect((await doctor('--admin', url)).out).toMatch(/^ok {4}gate \.+ modi-verify @ anagrafe$/m);
    expect(requests.filter((one) => one === 'GET /plugins')).toHaveLength(3);
    expect(requests.filter((one) => !one.startsWith('GET '))).toEqual([]);
  });

  it('tells a script the same, and Italians in Italian', async () => {
    const found = json(await examined({}, '--output', 'json'));
    expect(found).toMatchObject({
      schema: 'modi.doctor/1',
      findings: expect.arrayContaining([{ check: 'kong', level: 'ok', found: '3.9.1' }]),
    });
    expect((await examined({ version: '3.7.1', plugins: [verify(), gate()] }, '--lang', 'it')).out).toMatch(
      /lascia passare[^]*nulla che non va, 1 da guardare\n$/,
    );
  });
});

describe('each mistake has its line, its exit code, and what to do', () => {
  const settings = (over: NonNullable<FakeKong['settings']>): FakeKong => ({ settings: over });
  const cases: readonly (readonly [what: string, kong: () => FakeKong, check: string, line: RegExp, code: number])[] = [
    ['a Kong too old', () => ({ version: '3.3.0' }), 'kong', /^fail .*3\.3\.0\n.*3\.4/, 3],
    [
      'a Kong that lets pass',
      () => ({ version: '3.7.1', plugins: [verify(), gate()] }),
      'kong',
      /^warn .*3\.7\.1 lets requests pass/,
      0,
    ],
    [
      'no plugin at all',
      () => ({ ...settings({ plugins: 'bundled' }), plugins: [] }),
      'plugins',
      /^fail .*modi install/s,
      3,
    ],
    [
      'one that is used and not named',
      () => settings({ plugins: 'bundled,modi-verify' }),
      'plugin modi-sign',
      /^fail .*must name/s,
      3,
    ],
    [
      'a query command that failed',
      () => ({ available: { 'modi-verify': '0.1.0' } }),
      'plugin modi-sign',
      /^fail .*query_cmd/s,
      3,
    ],
    [
      'another version loaded',
      () => ({
        available: { ...Object.fromEntries(PLUGIN_NAMES.map((name) => [name, '0.1.0'])), 'modi-verify': '0.0.9' },
      }),
      'plugin modi-verify',
      /^warn .*0\.0\.9.*restart/s,
      0,
    ],
    [
      'an entry without a query command',
      () => settings({ pluginserver_modi_sign_query_cmd: undefined }),
      'entry modi-sign',
      /^fail .*query_cmd is missing/,
      3,
    ],
    [
      'Kong 3.4 and an entry it does not start',
      () => ({ version: '3.4.2' }),
      'entry modi-sign',
      /^fail .*skips.*sleep infinity/s,
      3,
    ],
    [
      'two starters of one socket',
      () => settings({ pluginserver_modi_sign_start_cmd: '/usr/bin/node main.js --socket x' }),
      'start_cmd',
      /^warn .*both start/,
      0,
    ],
    ['no gate', () => ({ plugins: [verify()] }), 'gate', /^warn .*anagrafe has no gate.*allow: \[modi\]/s, 0],
    ['no gate on a Kong that lets pass', () => ({ version: '3.7.1', plugins: [verify()] }), 'gate', /^fail /, 3],
    [
      'a gate for another group',
      () => ({ plugins: [verify(), gate({ config: { allow: ['others'] } })] }),
      'gate',
      /^warn .*no gate/,
      0,
    ],
    [
      'a gate on another service',
      () => ({ plugins: [verify(), gate({ service: { id: 's2' } })] }),
      'gate',
      /^warn .*no gate/,
      0,
    ],
    [
      'a gate that is switched off',
      () => ({ plugins: [verify(), gate({ enabled: false })] }),
      'gate',
      /^warn .*no gate/,
      0,
    ],
    [
      'modi-verify switched off',
      () => ({ plugins: [verify({}, { enabled: false }), gate()] }),
      'gate',
      /^fail .*disabled/,
      3,
    ],
    [
      'small header buffers',
      () => settings({ nginx_http_large_client_header_buffers: undefined }),
      'header size',
      /^warn .*4 8k.*8 32k/s,
      0,
    ],
    [
      'a body limit of nginx below ours',
      () => ({
        ...settings({ nginx_http_client_max_body_size: '1m' }),
        plugins: [verify({ max_body_size: 2_000_000 }), gate()],
      }),
      'body size',
      /^warn .*2000000 bytes, nginx 1048576/,
      0,
    ],
    [
      'an unbuffered route that signs',
      () => ({ routes: [{ ...ROUTE, response_buffering: false }] }),
      'buffering',
      /^ok .*\n^warn .*anagrafe has response_buffering/m,
      0,
    ],
    ['HTTP/2 and signing below 3.9', () => ({ version: '3.8.1' }), 'http2', /^fail .*http2.*proxy_listen/s, 3],
    ['a log that hides the server', () => settings({ log_level: 'notice' }), 'log level', /^warn .*notice hides/, 0],
    ['a log that tells too much', () => settings({ log_level: 'debug' }), 'log level', /^warn .*debug/, 0],
    ['a clock ahead', () => ({ ahead: 90 }), 'clock', /^fail .*(?:89|90|91) s ahead.*NTP/s, 3],
    ['a clock behind', () => ({ ahead: -4 }), 'clock', /^warn .* s behind/, 0],
    [
      'a configuration that cannot be honoured',
      () => ({ plugins: [verify({ trust: { anchors: ['/nowhere/ca.pem'] } }), gate()] }),
      'configuration',
      /^fail .*trust\.anchors.*nowhere/,
      3,
    ],
    [
      'a vault reference, which only Kong resolves',
      () => ({ plugins: [verify({ audience: ['{vault://env/aud}'] }), gate()] }),
      'configuration',
      /^skip .*vault/,
      0,
    ],
    [
      'the stock server and no gate',
      () => ({ ...settings({ pluginserver_modi_verify_query_cmd: 'x --protocol MsgPack:1' }), plugins: [verify()] }),
      'gate',
      /^fail /,
      3,
    ],
    [
      'the stock server and bodies above nginx’s buffer',
      () => ({
        ...settings({ pluginserver_modi_verify_query_cmd: 'x --protocol MsgPack:1' }),
        plugins: [verify({ patterns: ['INTEGRITY_REST_01'], max_body_size: 1_000_000 }), gate()],
      }),
      'buffering',
      /^warn .*above 8k/,
      0,
    ],
    ['a Kong that cannot tell its settings', () => ({ mute: true }), 'settings', /^skip .*500.*--prefix/s, 0],
  ];

  it.each(cases)('%s', async (_, kong, check, line, code) => {
    const ran = await examined(kong());
    expect(ran.err).toBe('');
    expect(linesOf(ran, check)).toMatch(line);
    expect(ran.code).toBe(code);
  });

  it('a post-function is a gate as well', async () => {
    const code = 'if not kong.ctx.shared.modi then return kong.response.exit(503) end';
    const gateFunction = { name: 'post-function', route: { id: 'r1' }, config: { access: [code] } };
    const ran = await examined({ plugins: [verify(), gateFunction] });
    expect(linesOf(ran, 'gate')).toMatch(/^ok/);
  });

  it('--strict turns warnings into exit 4, and leaves 3 what is wrong', async () => {
    expect((await examined({ version: '3.7.1', plugins: [verify(), gate()] }, '--strict')).code).toBe(4);
    expect((await examined({ ahead: 90 }, '--strict')).code).toBe(3);
    expect((await examined({}, '--strict')).code).toBe(0);
  });

  it('a plugin server that is gone, or something else on its socket', async () => {
    const folder = tempFolder();
    const gone = await doctor('--admin', await startFakeKong(join(folder, 'none.sock'), { plugins: [gate()] }));
    expect([gone.code, linesOf(gone, 'server')]).toEqual([3, expect.stringMatching(/^fail .*ENOENT.*start_cmd/s)]);
    const other = createSocketServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => other.listen(join(folder, 'other.sock'), resolve));
    onTestFinished(() => void other.close());
    const strange = await doctor('--admin', await startFakeKong(join(folder, 'other.sock'), { plugins: [gate()] }));
    expect([strange.code, linesOf(strange, 'server')]).toEqual([3, expect.stringMatching(/^fail /)]);
  });
});

describe('keys and certificates', () => {
  it('that end soon, have ended, or are readable by all are named', async () => {
    const folder = tempFolder();
    const key = join(folder, 'sign.key');
    writeFileSync(key, signerPem(pki.leaf('ec')));
    chmodSync(key, 0o644);
    const { path } = await testServer(await loadAllPlugins());
    const plugins = [sign({ key: { file: key, certificate: pki.leaf('ec').pem } }), gate()];
    const url = await startFakeKong(path, { plugins, routes: [ROUTE] });
    const open = await doctor('--admin', url);
    expect([open.code, linesOf(open, 'key')]).toEqual([
      3,
      expect.stringMatching(new RegExp(`^fail .*\\n.*chmod o-rwx ${key}`)),
    ]);
    chmodSync(key, 0o600);
    expect(linesOf(await doctor('--admin', url), 'key')).toBe('');
    const at = async (day: string): Promise<string> =>
      linesOf(await modi(['doctor', '--admin', url], { now: Date.parse(day) / 1000 }), 'certificate');
    const end = Date.parse(new X509Certificate(pki.leaf('ec').pem).validTo);
    const day = (days: number): string => new Date(end + days * 86_400_000).toISOString();
    expect(await at(day(-31))).not.toMatch(/^(?:warn|fail)/m);
    expect(await at(day(-29))).toMatch(/^warn .*replace it/ms);
    expect(await at(day(1))).toMatch(/^fail .*replace it/ms);
  });
});

describe('by Kong’s prefix, without its Admin API', () => {
  it('reads what Kong wrote of its settings, and the kong.yml they name', async () => {
    const folder = tempFolder();
    const { path } = await testServer(await loadAllPlugins());
    const kongYml = {
      _format_version: '3.0',
      services: [
        {
          name: 's1',
          url: 'http://127.0.0.1:1',
          plugins: [{ name: 'acl', config: { allow: ['modi'] } }],
          routes: [{ name: 'shut', paths: ['/a'], plugins: [{ ...verify(), route: undefined }] }],
        },
        {
          name: 's2',
          url: 'http://127.0.0.1:1',
          routes: [{ name: 'open', plugins: [{ ...verify(), route: undefined }] }],
        },
      ],
    };
    writeFileSync(join(folder, 'kong.yml'), JSON.stringify(kongYml));
    const settings = { ...goodSettings(path), database: 'off', declarative_config: join(folder, 'kong.yml') };
    mkdirSync(join(folder, 'prefix'));
    writeFileSync(
      join(folder, 'prefix/.kong_env'),
      Object.entries(settings)
        .map(([name, value]) => `${name} = ${value}\n`)
        .join(''),
    );
    const ran = await doctor('--prefix', join(folder, 'prefix'));
    expect(linesOf(ran, 'configuration').match(/^ok/gm)).toHaveLength(2);
    expect(linesOf(ran, 'gate')).toMatch(/^ok .*@ shut\n^warn .*@ open has no gate/m);
  });

  it('says when Kong has written nothing there', async () => {
    const ran = await doctor('--prefix', tempFolder());
    expect([ran.code, ran.out]).toEqual([1, '']);
    expect(ran.err).toMatch(/is Kong running.*CLI_FILE\n$/);
  });
});

describe('by an unsigned call', () => {
  const lineFor = async (status: number, body: string): Promise<Ran> => {
    const server = createServer((_, response) => {
      response.setHeader('Date', new Date(MOMENT * 1000).toUTCString());
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return doctor('--proxy', `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`);
  };

  it.each([
    [401, '{"code":"MODI_AUTHORIZATION_MISSING"}', /^ok .*401 MODI_AUTHORIZATION_MISSING/, 0],
    [200, '{"hello":1}', /^fail .*: 200\n.*let through/, 3],
    [401, '{"message":"Unauthorized"}', /^fail .*401 Unauthorized\n.*gate/, 3],
    [500, '{"code":"MODI_INTERNAL"}', /^fail .*\n.*modi explain MODI_INTERNAL/, 3],
    [500, '{"message":"An unexpected error occurred"}', /^fail .*\n.*error log/, 3],
    [404, '{"message":"no Route matched with those values"}', /^warn .*no Route/, 0],
    [429, 'slow down', /^warn .*429\n.*another plugin/, 0],
  ])('%i %s', async (status, body, line, code) => {
    const ran = await lineFor(status, body);
    expect(linesOf(ran, 'unsigned call')).toMatch(line);
    expect(ran.code).toBe(code);
  });

  it('of the embedded gateway: refused where it must be, and its clock is read', async () => {
    const echo = await startEcho();
    onTestFinished(echo.close);
    const plugins = [verify({}, { route: undefined })];
    const kongYml = {
      _format_version: '3.0',
      services: [
        {
          name: 's',
          url: echo.url,
          routes: [
            { name: 'r', paths: ['/a'], plugins },
            { name: 'open', paths: ['/open'] },
          ],
        },
      ],
    };
    const gateway = await startGateway({
      configFile: { name: 'kong.yml', text: JSON.stringify(kongYml) },
      listen: [{ host: '127.0.0.1', port: 0 }],
      logger: new LogCollector(),
    });
    onTestFinished(() => gateway.close());
    const shut = await doctor('--proxy', `${gateway.url}/a`);
    expect(linesOf(shut, 'clock')).not.toBe('');
    expect(linesOf(shut, 'unsigned call')).toMatch(/^ok .*401 MODI_AUTHORIZATION_MISSING/);
    expect((await doctor('--proxy', `${gateway.url}/a`, '--proxy', `${gateway.url}/open`)).code).toBe(3);
    expect(echo.requests()).toBe(1);
  });
});

describe('what cannot be asked', () => {
  it.each([
    [[], 2, /say which Kong.*CLI_USAGE/],
    [['--proxy', 'ftp://x'], 2, /--proxy.*CLI_USAGE/],
    [['--admin', 'http://user@x'], 2, /--admin.*CLI_USAGE/],
    [['--admin', 'http://127.0.0.1:1'], 1, /does not answer: ECONNREFUSED.*CLI_NETWORK/],
  ])('%j exits %i', async (argv, code, message) => {
    const ran = await modi(['doctor', ...argv], { env: { LANG: 'C', KONG_PREFIX: '/nowhere' } });
    expect([ran.code, ran.out]).toEqual([code, '']);
    expect(ran.err).toMatch(message);
  });

  it('an address where no Kong is, and a token that anybody may read', async () => {
    const server = createServer((_, response) => response.writeHead(200).end('{"hello":1}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ran = await doctor('--admin', url);
    expect([ran.code, ran.err]).toEqual([1, expect.stringMatching(/no Admin API of Kong.*CLI_INPUT\n$/)]);
    const token = join(tempFolder(), 'token');
    writeFileSync(token, 'secret');
    chmodSync(token, 0o644);
    const refused = await doctor('--admin', url, '--admin-token-file', token);
    expect(refused.err).toMatch(/CLI_KEY_PERMISSIONS\n$/);
  });
});
