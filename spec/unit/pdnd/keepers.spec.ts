import { expect, it } from 'vitest';
import { GAUGES } from '../../../plugins/core/gauges';
import { pdndKeysOf } from '../../../plugins/core/pdnd';
import { SAMPLE_PLATFORM } from '../../../plugins/dev/platform';
import { settingsFor } from '../../support/pdnd-settings';
import { CAST, mockPlatform } from '../../support/platform';

const gauge = (name: string): number => GAUGES.find((one) => one.name === `modi_pdnd_${name}`)?.read() ?? Number.NaN;

it('is one for the same settings, and another for others', async () => {
  const running = await mockPlatform();
  const now = Date.now() / 1000;
  const first = pdndKeysOf(settingsFor(running), now);
  expect(pdndKeysOf(settingsFor(running), now)).toBe(first);
  expect(pdndKeysOf(settingsFor(running, { maxStale: 1 }), now)).not.toBe(first);
  await first.settled();
  expect(running.platform.seen.jwks).toBe(2);
});

it('lets metrics see age, failures and lag', async () => {
  const running = await mockPlatform();
  const now = Date.now() / 1000;
  const recipe = { keyApi: { events: { interval: 60, directory: null }, budget: 1 } };
  const keys = pdndKeysOf(settingsFor(running, recipe), now);
  // Events first: that a key was added is a reason to look it up again.
  await keys.settled();
  await keys.participantKey(CAST.client.kid, SAMPLE_PLATFORM.client, now);
  expect(gauge('participant_keys')).toBe(1);
  expect(gauge('participant_key_age_seconds')).toBeGreaterThanOrEqual(0);
  expect(gauge('voucher_keys_age_seconds')).toBeLessThan(60);
  expect(gauge('events_lag_seconds')).toBeLessThan(60);
  const failures = gauge('fetch_failures');
  const refusals = gauge('budget_refusals');
  running.platform.faults.set('api', { kind: 'status', status: 500 });
  await expect((async () => keys.participantKey('a', 'b', now))()).rejects.toThrow('UNAVAILABLE');
  expect(gauge('fetch_failures')).toBe(failures + 1);
  expect(() => keys.participantKey('c', 'b', now + 2)).toThrow('BUDGET');
  expect(gauge('budget_refusals')).toBe(refusals + 1);
});
