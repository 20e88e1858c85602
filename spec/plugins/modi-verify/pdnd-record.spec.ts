import { beforeAll, describe, expect, it } from 'vitest';
import type { MemoryKong } from '../../../plugins/runtime/adapters/memory';
import { fakeKeys, makePdndRequest, pdndCast, PDND_CONFIGS, pdndRoute, type PdndCast } from '../../support/pdnd';
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
