import { beforeAll, describe, expect, it } from 'vitest';
import { PlatformKeys } from '../../../plugins/core/pdnd/platform-keys';
import type { PdndKeys } from '../../../plugins/core/pdnd';
import { SAMPLE_PLATFORM } from '../../../plugins/dev/platform';
import type { MemoryKong } from '../../../plugins/runtime/adapters/memory';
import { fakeKeys, makePdndRequest, pdndCast, PDND_CONFIGS, pdndRoute, type PdndCast } from '../../support/pdnd';
import { settingsFor } from '../../support/pdnd-settings';
import { mockPlatform, sampleData } from '../../support/platform';
import { NOW, runAccess } from '../../support/verify-route';

let cast: PdndCast;
beforeAll(() => {
  cast = pdndCast();
});

const AUDITED = PDND_CONFIGS['p-audit02'];
const audited = (evidence = {}, wire = {}) =>
  makePdndRequest({ now: NOW, cast, path: '/', audit: true, evidence, wire });

const run = (config: Record<string, unknown>, request = audited()): Promise<MemoryKong> =>
  runAccess(pdndRoute(config, fakeKeys(cast)), request);

const logged = ({ calls }: MemoryKong): Record<string, unknown> =>
  Object.fromEntries(
    calls
      .filter(([method]) => method === 'kong.log.set_serialize_value')
      .map(([, key, value]) => [String(key), value] as const),
  );
const toService = ({ calls }: MemoryKong): Record<string, unknown> =>
  calls.find(([method]) => method === 'kong.service.request.set_headers')?.[1] as Record<string, unknown>;

describe('the tracked data of persons', () => {
  it('go to the service, and are masked in the log', async () => {
    const memory = await run(AUDITED);
    expect(toService(memory)).toMatchObject({
      'x-modi-audit-userid': 'op-4711',
      'x-modi-audit-userlocation': 'desk-12',
    });
    const { modi, ...masked } = logged(memory);
    expect(masked).toEqual({
      'request.headers.x-modi-audit-userid': 'REDACTED',
      'request.headers.x-modi-audit-userlocation': 'REDACTED',
      'request.headers.x-modi-audit-loa': 'REDACTED',
    });
    expect(JSON.stringify(modi)).not.toMatch(/op-4711|desk-12/);
  });

  it('are not made up in the log where the service does not get them', async () => {
    const withoutLoa = await run(AUDITED, audited({ claims: { LoA: undefined } }));
    expect(logged(withoutLoa)).not.toHaveProperty(['request.headers.x-modi-audit-loa']);
    const untold = await run({ ...AUDITED, upstream_headers: false });
    expect(Object.keys(logged(untold))).toEqual(['modi']);
    const sentByClient = await run({ ...AUDITED, audit_claims: [] }, audited({}, { 'x-modi-audit-userid': 'x' }));
    expect(Object.keys(logged(sentByClient))).toEqual(['modi']);
  });

  it('do not keep the tokens from being masked when they are passed on', async () => {
    const passed = await run({ ...AUDITED, hide_credentials: false });
    expect(logged(passed)).toMatchObject({
      'request.headers.agid-jwt-trackingevidence': 'REDACTED',
      'request.headers.x-modi-audit-userid': 'REDACTED',
    });
  });
});

/** The platform's names of a mock platform; its keys are those of the corpus. */
async function namingKeys(parties = true) {
  const data = sampleData();
  const organizations = data.organizations.map((one) => ({ ...one, name: one.name.replace('Esempio', 'Forlì 100%') }));
  const running = await mockPlatform({ now: () => NOW, data: { ...data, organizations } });
  const platform = new PlatformKeys(settingsFor(running, { keyApi: { parties } }), NOW);
  await platform.settled();
  const keys: PdndKeys = { ...fakeKeys(cast), party: (ids, now) => platform.party(ids, now) };
  return { keys, platform };
}

describe('what the platform calls the parties', () => {
  const NAMED = {
    ...PDND_CONFIGS['p-voucher'],
    identity: { claim: 'consumerId', consumer: 'virtual' },
    groups: ['modi', 'org:{organization_external_id}', 'id:{organization_id}'],
  };
  const bearer = () => makePdndRequest({ now: NOW, cast, path: '/' });
  const pdndOf = (memory: MemoryKong) => (logged(memory)['modi'] as { pdnd: Record<string, unknown> }).pdnd;
  const groupsOf = ({ shared }: MemoryKong): unknown => shared.get('authenticated_groups');
  const NAMES = ['client_name', 'organization_name', 'organization_external_id', 'purpose_title'];

  it('is absent for as long as it is not known, and holds nobody up', async () => {
    const { keys, platform } = await namingKeys();
    const first = await runAccess(pdndRoute(NAMED, keys), bearer());
    expect(first.exited()).toBeUndefined();
    for (const name of NAMES) expect(pdndOf(first)).not.toHaveProperty(name);
    expect(toService(first)).not.toHaveProperty('x-modi-organization-name');
    expect(groupsOf(first)).toEqual(['modi', `id:${SAMPLE_PLATFORM.consumer}`]);
    await platform.settled();
  });

  it('is in the log, in the headers of the service, percent-encoded, and in groups', async () => {
    const { keys, platform } = await namingKeys();
    const route = pdndRoute(NAMED, keys);
    await runAccess(route, bearer());
    await platform.settled();
    const second = await runAccess(route, bearer());
    expect(pdndOf(second)).toMatchObject({
      client_name: 'protocollo-app',
      organization_id: SAMPLE_PLATFORM.consumer,
      organization_name: 'Comune di Forlì 100%',
      organization_external_id: 'IPA:c_esempio',
      purpose_title: 'Verifica della residenza',
    });
    expect(toService(second)).toMatchObject({
      'x-modi-client-name': 'protocollo-app',
      'x-modi-organization-id': SAMPLE_PLATFORM.consumer,
      'x-modi-organization-name': 'Comune di Forl%C3%AC 100%25',
      'x-modi-organization-external-id': 'IPA:c_esempio',
      'x-modi-purpose-title': 'Verifica della residenza',
    });
    expect(groupsOf(second)).toEqual(['modi', 'org:IPA:c_esempio', `id:${SAMPLE_PLATFORM.consumer}`]);
  });

  it('leaves the consumer that limits are counted by the same before and after: it is the id, not the name', async () => {
    const { keys, platform } = await namingKeys();
    const route = pdndRoute(NAMED, keys);
    const consumers: unknown[] = [];
    for (let round = 0; round < 2; round += 1) {
      const { calls } = await runAccess(route, bearer());
      consumers.push(calls.find(([method]) => method === 'kong.client.authenticate')?.[1]);
      await platform.settled();
    }
    expect(consumers[0]).toMatchObject({ username: SAMPLE_PLATFORM.consumer });
    expect(consumers[1]).toEqual(consumers[0]);
  });

  it('is not looked up unless it is asked for', async () => {
    const { keys } = await namingKeys(false);
    const memory = await runAccess(pdndRoute(NAMED, keys), bearer());
    for (const name of [...NAMES, 'organization_id']) expect(pdndOf(memory)).not.toHaveProperty(name);
    expect(groupsOf(memory)).toEqual(['modi']);
  });
});
