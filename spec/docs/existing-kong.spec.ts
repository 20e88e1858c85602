import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startGateway, type PluginServerEntry } from '../../plugins/dev';
import { PLUGIN_NAMES } from '../../plugins/runtime/registry';
import { LogCollector } from '../support/embedded-gateway';
import { kongMissing, startKong } from '../support/gateways/kong';
import { send, startEcho } from '../support/http';
import { mockPki } from '../support/pki';
import { makeRequest } from '../support/requests';
import { standIns, withStandIns } from './support/kong-yml';
import { readPage, ROOT, type Fence } from './support/pages';

const MAIN = join(ROOT, 'dist/runtime/main.js');
const fencesOf = (page: string, language: string): readonly Fence[] =>
  readPage(page).fences.filter((fence) => fence.language === language);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'modi-existing-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The same line with the program, and the places of sockets, of this machine. */
const here = (line: string): string =>
  line
    .replaceAll('/usr/bin/node /opt/modi/node_modules/.bin/modi-pluginserver', `${process.execPath} ${MAIN}`)
    .replaceAll(/\/(?:usr\/local\/kong|run\/modi)\/modi\.sock/g, join(folder, 'modi.sock'))
    .replaceAll('127.0.0.1:9545', join(folder, 'metrics.sock'));

/** A kong.conf as the page has it, as far as it is about plugin servers. */
function entriesOf(conf: string): readonly PluginServerEntry[] {
  const settings = new Map(
    conf.split('\n').flatMap((line) => {
      const [, key, value = ''] = /^(\w+) = (.+)$/.exec(here(line)) ?? [];
      return key === undefined ? [] : [[key, value] as const];
    }),
  );
  const names = settings.get('pluginserver_names')?.split(',') ?? [];
  expect(settings.get('plugins')).toBe(['bundled', ...names].join(','));
  return names.map((name) => {
    const of = (setting: string) => settings.get(`pluginserver_${name.replaceAll('-', '_')}_${setting}`);
    const start = of('start_cmd');
    return {
      name,
      socket: of('socket') ?? '',
      queryCommand: of('query_cmd')?.split(' ') ?? [],
      ...(start === undefined ? {} : { startCommand: start.split(' ') }),
    };
  });
}

const confs = ['README.md', 'docs/existing-kong.md'].map(
  (page) => [page, fencesOf(page, 'ini').find(({ text }) => text.includes('pluginserver_names'))?.text ?? ''] as const,
);
const kongYml = (): string => fencesOf('docs/existing-kong.md', 'yaml')[0]?.text ?? '';

const AUDIENCE = 'https://api.ente.example/rest/anagrafe/v1';

/** A signed and an unsigned call, as the page promises them. */
async function look(url: string): Promise<readonly unknown[]> {
  const claims = { aud: AUDIENCE };
  const recipe = { now: Math.floor(Date.now() / 1000), integrity: true, idAuth: { claims }, signature: { claims } };
  const signed = makeRequest({ ...recipe, party: (await mockPki()).leaf('ec') });
  const refused = await send(url, { headers: {}, body: Buffer.alloc(0) }, { method: 'GET' });
  return [(await send(url, signed)).status, refused.status, refused.json()['code']];
}
const AS_PROMISED = [200, 401, 'MODI_AUTHORIZATION_MISSING'];

async function runnableYml(): Promise<string> {
  const echo = await startEcho();
  onTestFinished(echo.close);
  return withStandIns(kongYml().replaceAll(/url: http:\/\/\S+/g, `url: ${echo.url}`), await standIns());
}

describe.each(confs)('the kong.conf of %s', (_, conf) => {
  it('has an entry for every plugin of the pack, on one socket that one of them serves', () => {
    const entries = entriesOf(conf);
    expect(entries.map(({ name }) => name)).toEqual(PLUGIN_NAMES);
    expect(new Set(entries.map(({ socket }) => socket)).size).toBe(1);
    expect(entries.filter(({ startCommand }) => startCommand !== undefined)).toHaveLength(1);
    for (const { name, queryCommand } of entries) expect(queryCommand.slice(-2)).toEqual(['--describe', name]);
  });

  it('runs the kong.yml of the page on the embedded gateway', async () => {
    const gateway = await startGateway({
      configFile: { name: 'kong.yml', text: await runnableYml() },
      listen: [{ host: '127.0.0.1', port: 0 }],
      pluginServers: entriesOf(conf),
      logger: new LogCollector(),
    });
    onTestFinished(() => gateway.close());
    expect(await look(`${gateway.url}/rest/anagrafe/v1`)).toEqual(AS_PROMISED);
  });

  it('runs it on a Kong, where there is one', { timeout: 60_000 }, async () => {
    const missing = kongMissing();
    if (missing !== undefined) {
      process.stderr.write('not run: there is no kong on PATH\n');
      return;
    }
    const kong = await startKong({
      kongYml: await runnableYml(),
      folder,
      pluginServers: entriesOf(conf).map(({ name, socket, queryCommand, startCommand }) => ({
        plugin: name,
        socket,
        describe: queryCommand,
        ...(startCommand === undefined ? {} : { start: startCommand }),
      })),
    });
    onTestFinished(() => kong.stop());
    await expect.poll(() => look(`${kong.url}/rest/anagrafe/v1`), { timeout: 20_000 }).toEqual(AS_PROMISED);
  });
});

describe('the service of docs/existing-kong.md', () => {
  it('starts with the command it names', async () => {
    const unit = fencesOf('docs/existing-kong.md', 'ini').find(({ text }) => text.includes('ExecStart='))?.text ?? '';
    const [, command = ''] = /^ExecStart=(.+)$/m.exec(here(unit)) ?? [];
    const [program = '', ...args] = command.split(' ');
    const server = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    onTestFinished(() => void server.kill('SIGKILL'));
    let log = '';
    server.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await expect.poll(() => log, { timeout: 20_000 }).toContain('listening');
  });
});
