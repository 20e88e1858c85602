import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MAIN } from '../e2e/cli-support';
import { freePort } from '../support/free-port';
import { largeCatalogue } from '../support/catalogue';
import { tempFolder } from '../support/temp';

const SIZE = { services: 200, organisations: 300, agreements: 2000 };
const ROUNDS = 5;

it('200 services, 300 organisations, 2,000 agreements: built in less than 2 s, served in less than 3 s', async () => {
  const folder = tempFolder();
  for (const [index, text] of largeCatalogue(SIZE).entries()) writeFileSync(join(folder, `${index}.yaml`), text);
  // Beside the catalogue, not in it.
  const kongYml = join(tempFolder(), 'kong.yml');
  const [build, check, start]: number[][] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    build?.push(timed(['catalogue', 'build', '--catalogue', folder, '--out', kongYml]));
    check?.push(timed(['check', kongYml, '--strict']));
    start?.push(await timeToReady(kongYml));
  }
  const best = (times: readonly number[] = []): number => Math.min(...times);
  process.stdout.write(
    `build ${best(build).toFixed(0)} ms, check ${best(check).toFixed(0)} ms, modi dev ready ${best(start).toFixed(0)} ms (best of ${ROUNDS})\n`,
  );
  expect(best(build)).toBeLessThan(2000);
  expect(best(start)).toBeLessThan(3000);
}, 120_000);

/** Milliseconds of a whole command, process included. */
function timed(argv: readonly string[]): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...argv], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return performance.now() - begun;
}

async function timeToReady(kongYml: string): Promise<number> {
  const port = await freePort();
  const begun = performance.now();
  const child = spawn(process.execPath, [MAIN, 'dev', kongYml, '--listen', String(port)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const took = performance.now() - begun;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGINT');
  await ended;
  return took;
}
