import { expect, it } from 'vitest';
import { setNoticeSink } from '../../../plugins/core/notices';
import { PlatformKeys } from '../../../plugins/core/pdnd/platform-keys';
import { SAMPLE_PLATFORM } from '../../../plugins/dev/platform';
import { settingsFor } from '../../support/pdnd-settings';
import { mockPlatform } from '../../support/platform';

const NOW = 1_760_000_000;
const IDS = {
  clientId: SAMPLE_PLATFORM.client,
  consumerId: SAMPLE_PLATFORM.consumer,
  purposeId: SAMPLE_PLATFORM.purpose,
};

async function gateway(version: 'v1' | 'v2' | 'v3' = 'v3', parties = true) {
  let now = NOW;
  const running = await mockPlatform({ now: () => now });
  const keys = new PlatformKeys(settingsFor(running, { version, keyApi: { parties } }), NOW);
  await keys.settled();
  const at = (second: number): number => (now = NOW + second);
  const { seen, faults } = running.platform;
  return { keys, at, seen, faults };
}

it('names are not waited for: what is known is told, the rest is looked up beside', async () => {
  const { keys, seen } = await gateway();
  expect(keys.party(IDS, NOW)).toEqual({ organizationId: SAMPLE_PLATFORM.consumer });
  await keys.settled();
  expect(keys.party(IDS, NOW)).toEqual({
    clientName: 'protocollo-app',
    organizationId: SAMPLE_PLATFORM.consumer,
    organizationName: 'Comune di Esempio',
    organizationExternalId: 'IPA:c_esempio',
    purposeTitle: 'Verifica della residenza',
  });
  for (let count = 0; count < 100; count += 1) keys.party(IDS, NOW + count);
  await keys.settled();
  expect(seen.api).toBe(3);
});

it('v1 tells fewer names; an organisation that the voucher does not name is found by the client', async () => {
  const { keys } = await gateway('v1');
  const ids = { ...IDS, consumerId: undefined };
  for (const round of [1, 2, 3]) {
    keys.party(ids, NOW + round);
    await keys.settled();
  }
  expect(keys.party(ids, NOW + 4)).toEqual({
    organizationId: SAMPLE_PLATFORM.consumer,
    organizationName: 'Comune di Esempio',
    organizationExternalId: 'IPA:c_esempio',
  });
});

it('nothing is asked where names are not wanted', async () => {
  const { keys, seen } = await gateway('v3', false);
  expect(keys.party(IDS, NOW)).toEqual({});
  await keys.settled();
  expect(seen.api).toBe(0);
});

it('a failure is no refusal, and not repeated at once; names in hand stay', async () => {
  const before = setNoticeSink(() => undefined);
  const { keys, seen, faults, at } = await gateway();
  keys.party(IDS, NOW);
  await keys.settled();
  faults.set('api', { kind: 'status', status: 500 });
  const later = at(7 * 3600);
  expect(keys.party(IDS, later)).toMatchObject({ organizationName: 'Comune di Esempio' });
  await keys.settled();
  const asked = seen.api;
  expect(keys.party(IDS, later + 1)).toMatchObject({ organizationName: 'Comune di Esempio' });
  await keys.settled();
  expect(seen.api).toBe(asked);
  setNoticeSink(before);
});

it('what is no UUID does not get into a URL; what a name may not hold is taken out', async () => {
  const { keys, seen, faults } = await gateway('v2');
  keys.party({ clientId: '../keys/x', consumerId: 'a/b', purposeId: '' }, NOW);
  await keys.settled();
  expect(seen.api).toBe(0);
  const name = `A\r\nX-Evil: 1\u2028${'b'.repeat(300)}`;
  faults.set('api', { kind: 'body', body: JSON.stringify({ name }) });
  keys.party(IDS, NOW);
  await keys.settled();
  const { clientName = '' } = keys.party(IDS, NOW);
  expect(clientName).toMatch(/^A X-Evil: 1 b+$/);
  expect(clientName.length).toBeLessThanOrEqual(200);
});
