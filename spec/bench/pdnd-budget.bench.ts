import { sign, verify } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { PlatformKeys } from '../../plugins/core/pdnd/platform-keys';
import { SAMPLE_PLATFORM } from '../../plugins/dev/platform';
import { settingsFor } from '../support/pdnd-settings';
import { CAST, mockPlatform } from '../support/platform';

const SECONDS = 10;
const STORM_PER_SECOND = 1000;
const OTHERS_PER_SECOND = 200;
const BUDGET = 20;

/**
 * A client names a thousand unknown kids per second; the others, whose keys are known, look theirs up and verify a
 * signature. What the platform sees, and what the others wait, beside a quiet run on the same machine.
 */
it(`${STORM_PER_SECOND} unknown kids per second do not delay other clients`, { timeout: 120_000 }, async () => {
  const running = await mockPlatform();
  const keys = new PlatformKeys(settingsFor(running, { keyApi: { budget: BUDGET, budgetPeriod: 60 } }), now());
  await keys.participantKey(CAST.client.kid, SAMPLE_PLATFORM.client, now());
  await others(keys, 2);
  const quiet = await others(keys, SECONDS);
  const before = running.platform.seen.api;
  const [loud, refused] = await Promise.all([others(keys, SECONDS), storm(keys)]);
  const seen = running.platform.seen.api - before;
  process.stdout.write(
    `p99 of other clients: quiet ${quiet.toFixed(3)} ms, loud ${loud.toFixed(3)} ms; ` +
      `${refused} unknown kids refused, the platform saw ${seen}\n`,
  );
  expect(refused).toBe(STORM_PER_SECOND * SECONDS);
  expect(seen).toBeLessThanOrEqual(BUDGET + Math.ceil((SECONDS + 2) / 3));
  expect(loud).toBeLessThan(Math.max(2 * quiet, 1));
});

const now = (): number => Date.now() / 1000;
const TEXT = Buffer.alloc(600, 'a');
const SIGNATURE = sign('sha256', TEXT, CAST.client.privateKey);

/** The 99th percentile, in milliseconds, of looking a key up and verifying a signature with it. */
async function others(keys: PlatformKeys, seconds: number): Promise<number> {
  const times: number[] = [];
  await evenly(OTHERS_PER_SECOND, seconds, async () => {
    const begun = performance.now();
    const { key } = await keys.participantKey(CAST.client.kid, SAMPLE_PLATFORM.client, now());
    expect(verify('sha256', TEXT, key.key, SIGNATURE)).toBe(true);
    times.push(performance.now() - begun);
  });
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Infinity;
}

async function storm(keys: PlatformKeys): Promise<number> {
  let count = 0;
  let refused = 0;
  const pending: Promise<void>[] = [];
  await evenly(STORM_PER_SECOND, SECONDS, async () => {
    const kid = `${(count += 1)}`.padEnd(43, 'x');
    const asked = (async () => keys.participantKey(kid, 'attacker', now()))();
    pending.push(
      asked.then(
        () => undefined,
        () => {
          refused += 1;
        },
      ),
    );
  });
  await Promise.all(pending);
  return refused;
}

/** So many turns per second, spread over it; those that came late are made up for. */
async function evenly(perSecond: number, seconds: number, turn: () => Promise<void>): Promise<void> {
  const begun = performance.now();
  for (let done = 0; done < perSecond * seconds;) {
    const due = Math.min(perSecond * seconds, ((performance.now() - begun) / 1000) * perSecond);
    for (; done < due; done += 1) await turn();
    await sleep(1);
  }
}
