import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '../../plugins/cli/kong';
import { PLUGIN_NAMES } from '../../plugins/runtime/registry';
import { startEmbedded } from '../support/gateways/embedded';
import { send, startEcho } from '../support/http';
import { isDocumented } from '../support/kong-options';
import { layDependencies, manifestOf } from '../support/production';

const ROOT = join(__dirname, '../..');

let place: string;
const prefix = (): string => join(place, 'opt/modi');
const program = (name: string): string => join(prefix(), 'node_modules/.bin', name);
const npm = (...argv: readonly string[]): string =>
  execFileSync('npm', [...argv, '--cache', join(place, 'cache'), '--ignore-scripts', '--loglevel', 'error'], {
    cwd: ROOT,
    encoding: 'utf8',
  });

const NO_NPM = spawnSync('npm', ['--version']).error !== undefined;
if (NO_NPM) process.stderr.write('not run, there is no npm on PATH: the package is packed and installed\n');

describe.skipIf(NO_NPM)('the packed package, installed into an empty prefix without a registry', () => {
  beforeAll(() => {
    place = realpathSync(mkdtempSync(join(tmpdir(), 'modi-package-')));
    npm('pack', '--pack-destination', place);
    layDependencies(prefix());
    const [tarball = ''] = readdirSync(place).filter((name) => name.endsWith('.tgz'));
    npm('install', '--prefix', prefix(), '--offline', '--omit=dev', '--no-audit', '--no-fund', join(place, tarball));
  }, 120_000);
  afterAll(() => {
    rmSync(place, { recursive: true, force: true });
  });

  const run = (name: string, ...argv: readonly string[]) =>
    spawnSync(process.execPath, [program(name), ...argv], { encoding: 'utf8', cwd: place, env: { LANG: 'C' } });

  it('has both programs, of its version', () => {
    expect(run('modi', '--version').stdout).toBe(`${manifestOf(ROOT).version}\n`);
    for (const plugin of PLUGIN_NAMES) {
      const { stdout } = run('modi-pluginserver', '--describe', plugin);
      expect(JSON.parse(stdout)).toMatchObject({ Protocol: 'ProtoBuf:1', Plugins: [{ Name: plugin }] });
    }
  });

  it('brings no source, no test and no tool', () => {
    const files = readdirSync(join(prefix(), 'node_modules/kong-plugin-modi'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /\.ts$|^spec|^scripts|^node_modules|tsbuildinfo/.test(file))).toEqual([]);
    expect(existsSync(join(prefix(), 'node_modules/typescript'))).toBe(false);
  });

  it('prints, without any Kong, lines that Kong documents word for word', () => {
    const { stdout, stderr, status } = run('modi', 'install', '--print');
    expect([status, stderr]).toEqual([0, '']);
    const names = [...readSettings(stdout).keys()];
    expect(names.filter((name) => !isDocumented(name, PLUGIN_NAMES))).toEqual([]);
    expect(readSettings(stdout).get('pluginserver_modi_verify_query_cmd')).toBe(
      `${process.execPath} ${program('modi-pluginserver')} --describe modi-verify`,
    );
  });

  it('serves a gateway by exactly these lines', async () => {
    const settings = readSettings(run('modi', 'install', '--print', '--socket', join(place, 'modi.sock')).stdout);
    const commandOf = (plugin: string, option: string): string[] | undefined =>
      settings.get(`pluginserver_${plugin.replaceAll('-', '_')}_${option}`)?.split(' ');
    const echo = await startEcho();
    const gateway = await startEmbedded({
      folder: place,
      kongYml: [
        '_format_version: "3.0"',
        'services:',
        `  - { name: a, url: "${echo.url}", routes: [{ name: a, paths: [/a] }], plugins: [{ name: modi-verify, config: {`,
        '      patterns: [ID_AUTH_REST_01], audience: [a], trust: { anchors: [/nowhere.pem] } } }] }',
      ].join('\n'),
      pluginServers: (settings.get('pluginserver_names') ?? '').split(',').map((plugin) => {
        const start = commandOf(plugin, 'start_cmd');
        return {
          plugin,
          socket: settings.get(`pluginserver_${plugin.replaceAll('-', '_')}_socket`) ?? '',
          describe: commandOf(plugin, 'query_cmd') ?? [],
          ...(start === undefined ? {} : { start }),
        };
      }),
    });
    const answer = await send(`${gateway.url}/a`, { headers: {}, body: Buffer.alloc(0) });
    await gateway.stop();
    echo.close();
    // Its trust is not there: it refuses, and says so.
    expect([answer.status, answer.json()['code'], echo.requests()]).toEqual([500, 'MODI_INTERNAL', 0]);
  });
});
