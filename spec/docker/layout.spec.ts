import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { PLUGIN_NAMES } from '../../plugins/runtime/registry';
import { copyOf, parseDockerfile, type Instruction } from '../support/dockerfile';
import { layDependencies, manifestOf, productionFolders } from '../support/production';

const ROOT = join(__dirname, '../..');
const { stages } = parseDockerfile(readFileSync(join(ROOT, 'docker/Dockerfile'), 'utf8'));
const [build, image] = stages;
const ofName = (name: string, instructions: readonly Instruction[] = []): readonly Instruction[] =>
  instructions.filter((one) => one.name === name);

/** Whether Docker would send the file: .dockerignore shuts everything out but what it names. */
function isSent(path: string): boolean {
  const lines = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n').filter(Boolean);
  expect(lines[0]).toBe('*');
  return lines.slice(1).some((line) => path === line.slice(1) || path.startsWith(`${line.slice(1)}/`));
}

/** One COPY, from a folder into a root. A target that ends with a slash, or several sources: into that folder. */
function copy(from: (source: string) => string, root: string, workdir: string, one: Instruction): void {
  const { sources, target } = copyOf(one);
  for (const source of sources) {
    const to = join(root, target.startsWith('/') ? target : join(workdir, target));
    const path = from(source);
    const inside = (target.endsWith('/') || target === '.' || target === './') && !statSync(path).isDirectory();
    mkdirSync(dirname(to), { recursive: true });
    cpSync(path, inside ? join(to, path.split('/').pop() ?? '') : to, { recursive: true, verbatimSymlinks: true });
  }
}

/** The files that the compiler takes up, of the pack itself. */
function filesOfBuild(folder: string): readonly string[] {
  const arguments_ = [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--listFilesOnly'];
  const { stdout } = spawnSync(process.execPath, arguments_, { cwd: folder, encoding: 'utf8' });
  return stdout
    .split('\n')
    .map((file) => relative(folder, file))
    .filter((file) => file.startsWith('plugins/'));
}

/** What the commands of the Dockerfile write about the dependencies in a folder; undefined without npm. */
function materials(folder: string): string | undefined {
  const commands = (ofName('RUN', build?.instructions).at(-1)?.text ?? '').split('&&').map((one) => one.trim());
  const npm = commands
    .filter((one) => /^npm (?:pkg|sbom)/.test(one))
    .map((one) => one.replace(/ >.*/, '').split(' ').slice(1));
  expect(npm.map(([command]) => command)).toEqual(['pkg', 'sbom']);
  const [, sbom] = npm.map((argv) => spawnSync('npm', argv, { cwd: folder, encoding: 'utf8' }));
  if (sbom?.error === undefined) return sbom?.stdout;
  process.stderr.write('not run, there is no npm on PATH: npm sbom\n');
  return undefined;
}

let compiled: readonly (readonly string[])[] = [];
let place: string;
/** Root of the image that builds, and of the one that runs. */
const builder = (): string => join(place, 'build');
const root = (): string => join(place, 'root');
const inImage = (path: string): string => join(root(), path);
const MODI = '/opt/modi';

beforeAll(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'modi-docker-')));
  for (const one of ofName('COPY', build?.instructions)) copy((source) => join(ROOT, source), builder(), MODI, one);
  compiled = [ROOT, join(builder(), MODI)].map(filesOfBuild);
  // npm run build, npm prune, npm pkg delete and npm sbom.
  cpSync(join(ROOT, 'dist'), join(builder(), MODI, 'dist'), { recursive: true });
  layDependencies(join(builder(), MODI));
  const sbom = materials(join(builder(), MODI));
  writeFileSync(join(builder(), MODI, 'sbom.cdx.json'), sbom ?? '');
  mkdirSync(join(builder(), 'usr/local/bin'), { recursive: true });
  cpSync(process.execPath, join(builder(), 'usr/local/bin/node'));
  for (const one of ofName('COPY', image?.instructions)) {
    const from = one.flags.has('from') ? builder() : ROOT;
    copy((source) => join(from, source), root(), '/', one);
  }
}, 120_000);
afterAll(() => {
  rmSync(place, { recursive: true, force: true });
});

const run = (...argv: readonly string[]) =>
  spawnSync(inImage('/usr/local/bin/node'), [...argv], { encoding: 'utf8', cwd: root(), env: {} });

describe('what docker/Dockerfile copies', () => {
  it('is sent to Docker', () => {
    const sources = [build, image].flatMap((stage) =>
      ofName('COPY', stage?.instructions)
        .filter(({ flags }) => !flags.has('from'))
        .flatMap((one) => copyOf(one).sources),
    );
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((source) => !isSent(source))).toEqual([]);
    expect(['node_modules', '.git', '.modi', 'spec', 'dist'].filter(isSent)).toEqual([]);
  });

  it('holds every file that the build takes up, and the script that builds', () => {
    const [here, there] = compiled;
    expect(here?.length).toBeGreaterThan(100);
    expect(there).toEqual(here);
    expect(existsSync(join(builder(), MODI, 'scripts/build.mjs'))).toBe(true);
  });

  it('is enough to describe every plugin, with nothing around it', () => {
    for (const plugin of PLUGIN_NAMES) {
      const { stdout, stderr } = run(inImage(`${MODI}/dist/runtime/main.js`), '--describe', plugin);
      expect([stderr, JSON.parse(stdout)]).toEqual(['', expect.objectContaining({ Protocol: 'ProtoBuf:1' })]);
    }
  });

  it('starts, and answers the health check; and the check fails when it is gone', async () => {
    const socket = join(place, 'modi.sock');
    const main = inImage(`${MODI}/dist/runtime/main.js`);
    const server = spawn(inImage('/usr/local/bin/node'), [main, '--socket', socket], {
      env: {},
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    onTestFinished(() => void server.kill('SIGKILL'));
    let log = '';
    server.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await expect.poll(() => log, { timeout: 20_000 }).toContain('listening');
    const [, asked = ''] =
      /modi-pluginserver ([^"]*)"/.exec(ofName('HEALTHCHECK', image?.instructions)[0]?.text ?? '') ?? [];
    const check = () => run(main, ...asked.replace('/run/kong/modi.sock', socket).split(' '));
    expect([check().status, check().stderr]).toEqual([0, '']);
    server.kill('SIGKILL');
    await expect.poll(() => check().status).toBe(1);
    expect(check().stderr).toMatch(/^modi-pluginserver: .*modi\.sock: ECONNREFUSED\n$/);
  });

  it('has modi, which prints the lines for the places of the image', () => {
    const { stdout, stderr, status } = run(
      inImage(`${MODI}/dist/cli/main.js`),
      'install',
      '--print',
      '--prefix',
      '/run/kong',
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`${inImage(`${MODI}/dist/runtime/main.js`)} --socket /run/kong/modi.sock`);
  });

  it('brings dependencies of production only', () => {
    const modules = readdirSync(inImage(`${MODI}/node_modules`));
    expect(modules).toContain('jose');
    expect(modules.filter((name) => ['typescript', 'vitest', 'eslint', 'kong-pdk'].includes(name))).toEqual([]);
    expect(existsSync(inImage(`${MODI}/spec`))).toBe(false);
  });
});

describe('the list of materials', () => {
  it('names every dependency of production and its version, and nothing else', () => {
    const file = inImage(`${MODI}/sbom.cdx.json`);
    if (statSync(file).size === 0) return;
    const { components } = JSON.parse(readFileSync(file, 'utf8')) as {
      components: { name: string; group?: string; version: string }[];
    };
    const needed = productionFolders().map((folder) => {
      const { name, version } = manifestOf(folder);
      return `${name}@${version}`;
    });
    expect(components.map(({ name, version }) => `${name}@${version}`).toSorted()).toEqual(needed.toSorted());
  });
});
