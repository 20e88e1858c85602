import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../plugins/cli/catalogue';
import { here, newWorkplace, Running, sampleArguments, shell } from './cli-support';
import { freePort } from '../support/free-port';

const workplace = newWorkplace();
let sample: Running;
let port = 0;
let platform = 0;

beforeAll(async () => {
  [port, platform] = [await freePort(), await freePort()];
  sample = new Running(sampleArguments(port, await freePort(), platform), workplace);
  await sample.ready();
});
afterAll(async () => {
  await sample.stop('SIGTERM');
  workplace.remove();
});

/** The examples as a reader finds them, not as they are declared. */
async function examplesOf(name: string): Promise<readonly string[]> {
  const { out, code } = await here([...name.split(' '), '--help'], workplace);
  expect(code).toBe(0);
  const [, block = ''] = /\nEXAMPLES\n([\s\S]*?)\n\n/.exec(out) ?? [];
  return block
    .split('\n')
    .filter((line) => line.startsWith('  modi '))
    .map((line) => line.trim());
}

/** So many days from now, in UTC: the sample has called today, whatever day that is in the time zone of the reports. */
const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

/** Run until they are stopped, each in a test of its own. */
const SERVERS = ['start', 'dev', 'audit collect'];

describe('every example of every help works as printed', () => {
  it.each(Object.keys(CATALOGUE).filter((name) => !SERVERS.includes(name)))('modi %s', async (name) => {
    const examples = await examplesOf(name);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      // Only the sample's address and days are others here; and keygen must not replace the keys that are in use.
      const sent = /modi (?:call|doctor) /.test(example)
        ? example.replaceAll('127.0.0.1:8000', `127.0.0.1:${port}`)
        : example.replace(/(modi audit export) --from \S+ --to \S+/, `$1 --from ${day(-1)} --to ${day(1)}`);
      const line = example.includes(' --pdnd') ? `${sent} --platform http://127.0.0.1:${platform}` : sent;
      const ran = await shell(line === 'modi keygen --dev' ? `${line} --out fresh` : line, workplace);
      expect(ran.code, `${line}\n${ran.err}`).toBe(line.includes('--break') ? 3 : 0);
      // What there is nothing of is told beside the output.
      expect(ran.out + ran.err).not.toBe('');
    }
  });

  it.each(['start', 'dev'])('modi %s', async (name) => {
    for (const example of await examplesOf(name)) {
      const [, ...argv] = example.split(' ');
      const given = new Map<string, string>();
      for (const [index, word] of argv.entries()) if (word.endsWith('listen')) given.set(word, argv[index + 1] ?? '');
      for (const flag of name === 'start' ? ['--listen', '--service-listen', '--platform-listen'] : ['--listen'])
        given.set(flag, '');
      // The example's own words, then free ports: the last value of an option counts.
      const ports = await Promise.all([...given.keys()].map(async (flag) => [flag, String(await freePort())]));
      const running = new Running([...argv, ...ports.flat()], workplace);
      await running.ready();
      expect(await running.stop('SIGINT'), running.err).toBe(0);
    }
  });
});
