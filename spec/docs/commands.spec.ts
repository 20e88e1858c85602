import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newWorkplace, Running, sampleArguments, shell } from '../e2e/cli-support';
import { freePort } from '../support/free-port';
import { commandsIn, printsAsShown, type Command } from './support/commands';
import { unknownNpm } from './support/complaints';
import { allPages, parsePage } from './support/pages';

const pages = allPages().flatMap(({ name, fences }) => {
  const commands = fences.filter(({ language }) => ['sh', 'console'].includes(language)).flatMap(commandsIn);
  return commands.length === 0 ? [] : [[name, commands] as const];
});

/** Where the sample of `npm start` listens in this test instead of 8000. */
let sample: Running;
let port = 0;
let platform = 0;
const workplace = newWorkplace();

beforeAll(async () => {
  [port, platform] = [await freePort(), await freePort()];
  sample = new Running(sampleArguments(port, await freePort(), platform), workplace);
  await sample.says(/^npx modi call .+ --pdnd .+\n/m);
});
afterAll(async () => {
  await sample.stop('SIGTERM');
  workplace.remove();
});

const isMissing = (tool: string): boolean => spawnSync(tool, ['--version']).error !== undefined;
const MISSING = ['curl', 'openssl'].filter(isMissing);

/** Changes the machine or needs a Kong: spec/docs/existing-kong.spec.ts drives a Kong where there is one. */
const OF_THE_HOST = /^(?:sudo |kong |systemctl |docker )/;

async function runAsShown({ line, exits, output }: Command): Promise<void> {
  if (line.startsWith('npm ')) {
    expect(unknownNpm(line)).toEqual([]);
    return;
  }
  const missing = MISSING.find((tool) => line.startsWith(`${tool} `));
  if (OF_THE_HOST.test(line) || missing !== undefined) {
    process.stderr.write(`not run, ${missing === undefined ? 'it changes the host' : `no ${missing} here`}: ${line}\n`);
    return;
  }
  const plain = line.replaceAll('npx modi ', 'modi ');
  if (/^modi (?:dev|start)\b/.test(plain)) {
    await startAndStop(plain);
    return;
  }
  // Only where it is sent to is another here: files and audiences stay as the page has them.
  const sent = /^(?:modi call|modi doctor|curl) /.test(plain)
    ? plain.replaceAll('127.0.0.1:8000', `127.0.0.1:${port}`)
    : plain;
  const ran = await shell(sent.replace(' --pdnd', ` --pdnd --platform http://127.0.0.1:${platform}`), workplace);
  expect(ran.code, `${line}\n${ran.err}`).toBe(exits);
  if (output !== undefined) expect(printsAsShown(output, ran.out), `${line}\n${ran.out}`).toBe(true);
}

async function startAndStop(line: string): Promise<void> {
  const [, ...argv] = line.split(/\s+/);
  const more = argv[0] === 'start' ? ['--platform-listen', String(await freePort())] : [];
  const running = new Running([...argv, '--listen', String(await freePort()), ...more], workplace);
  await running.ready();
  expect(await running.stop('SIGINT')).toBe(0);
}

describe.each(pages)('%s', (_, commands) => {
  it.each(commands.map((command) => [command.at, command.line, command] as const))(
    `line %i: %s`,
    async (__, ___, command) => {
      await runAsShown(command);
    },
  );
});

describe('README.md', () => {
  it('shows the calls that npm start prints', () => {
    const printed = [...sample.out.matchAll(/^(?:curl|npx) .*$/gm)].map(([line]) =>
      line.replaceAll(`127.0.0.1:${port}`, '127.0.0.1:8000').replace(` --platform http://127.0.0.1:${platform}`, ''),
    );
    const shown = pages.find(([name]) => name === 'README.md')?.[1].map(({ line }) => line);
    expect(printed).toHaveLength(3);
    expect(shown).toEqual(expect.arrayContaining(printed));
  });
});

describe('these tests notice', () => {
  const only = (markdown: string): Command => {
    const [command] = parsePage('page', markdown).fences.flatMap(commandsIn);
    if (command === undefined) throw new Error('no command');
    return command;
  };

  it.each([
    ['```sh\nmodi explain MODI_REPLAYS\n```'],
    ['```sh\nmodi call http://127.0.0.1:8000/rest/avvisi/v1 --pattern ID_AUTH_REST_01 --break aud\n```'],
    ['```sh\nmodi verify --explian\n```'],
    ['```sh\nnpm run nothing\n```'],
    ['```console\n$ modi explain config.clock_skew\nconfig.clock_skew  modi-verify\n…\n  default  7\n…\n```'],
    ['```console\n$ modi explain config.clock_skew  # exits 3\n…\n```'],
  ])('%j', async (markdown) => {
    await expect(runAsShown(only(markdown))).rejects.toThrow();
  });

  it('nothing wrong in what is right, continued lines and promised codes included', async () => {
    await runAsShown(only('```console\n$ modi explain config.clock_skew\n…\n  default  5\n…\n```'));
    await runAsShown(
      only(
        '```sh\n# a comment\nmodi call http://127.0.0.1:8000/rest/avvisi/v1 \\\n  --pattern ID_AUTH_REST_01 --break aud  # exits 3\n```',
      ),
    );
  });
});
