import { describe, expect, it } from 'vitest';
import type { PdndKeys } from '../../plugins/core/pdnd';
import type { MemoryKong } from '../../plugins/runtime/adapters/memory';
import {
  fakeKeys,
  IDS,
  PDND_ACCEPTED,
  PDND_CONFIGS,
  PDND_REFUSED,
  pdndCase,
  pdndCast,
  pdndRoute,
  type PdndCase,
} from '../support/pdnd';
import { NOW, problemOf, runAccess } from '../support/verify-route';

const cast = pdndCast();

async function send(one: PdndCase, keys: PdndKeys = fakeKeys(cast)): Promise<MemoryKong> {
  const request = { ...one.make(cast, NOW), pathWithQuery: `/${one.route}?query=1`, method: 'POST' };
  return runAccess(pdndRoute(PDND_CONFIGS[one.route], keys), request);
}

const codeOf = (memory: MemoryKong): unknown => problemOf(memory)['code'] ?? 'accepted';

describe('the corpus of the platform', () => {
  it('is as large as it should be', () => {
    expect(PDND_REFUSED.length).toBeGreaterThanOrEqual(150);
    expect(PDND_ACCEPTED.length).toBeGreaterThanOrEqual(30);
    const names = [...PDND_REFUSED, ...PDND_ACCEPTED].map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it.each(PDND_ACCEPTED.map((one) => [one.name, one] as const))('accepts %s', async (_, one) => {
    const memory = await send(one);
    expect([codeOf(memory), problemOf(memory)['detail']]).toEqual(['accepted', undefined]);
    expect(memory.shared.get('authenticated_groups')).toContain('modi');
  });

  it.each(PDND_REFUSED.map((one) => [one.name, one] as const))('refuses %s', async (_, one) => {
    const memory = await send(one);
    expect(codeOf(memory)).toBe(one.code);
    expect(memory.exited()?.status).toBe(one.status);
    expect(memory.shared.size).toBe(0);
  });

  it('gives the same verdict when the keys must be waited for', async () => {
    const late = fakeKeys(cast, 'late');
    for (const one of [...PDND_ACCEPTED, ...PDND_REFUSED]) {
      expect([one.name, codeOf(await send(one, late))]).toEqual([one.name, one.code ?? 'accepted']);
    }
  });
});

describe('the keys of the platform', () => {
  it('that cannot be had refuse with 503 and say when to come back', async () => {
    const memory = await send(PDND_ACCEPTED[0]!, fakeKeys(cast, 'down'));
    expect(codeOf(memory)).toBe('MODI_VOUCHER_KEYS_UNAVAILABLE');
    expect(memory.exited()).toMatchObject({ status: 503, headers: { 'Retry-After': '7' } });
  });

  it('whose owner v1 does not tell: the token must name the client itself', async () => {
    const keys = fakeKeys(cast, 'v1');
    const integrity = (claims: object) => pdndCase('v1', 'p-integrity', { signature: { claims: { ...claims } } });
    expect(codeOf(await send(integrity({}), keys))).toBe('accepted');
    expect(codeOf(await send(integrity({ iss: 'c_esempio', client_id: IDS.client }), keys))).toBe('accepted');
    for (const claims of [{ iss: 'c_esempio' }, { iss: undefined }, { client_id: IDS.otherClient }]) {
      expect(codeOf(await send(integrity(claims), keys))).toBe('MODI_CLIENT_MISMATCH');
    }
  });
});

describe('uniqueness', () => {
  const twice = async (one: PdndCase): Promise<unknown[]> => {
    const request = one.make(cast, NOW);
    const same = { ...one, make: () => request };
    return [codeOf(await send(same)), codeOf(await send(same))];
  };
  const found = (name: string): PdndCase => PDND_ACCEPTED.find((one) => one.name === name)!;

  it('a voucher and an audit token serve many requests', async () => {
    expect(await twice(found('all as it should be, p-voucher'))).toEqual(['accepted', 'accepted']);
    expect(await twice(found('all as it should be, p-audit02'))).toEqual(['accepted', 'accepted']);
  });

  it('an integrity token and a proof serve one', async () => {
    expect(await twice(found('all as it should be, p-integrity'))).toEqual(['accepted', 'MODI_REPLAY']);
    expect(await twice(found('all as it should be, p-dpop'))).toEqual(['accepted', 'MODI_REPLAY']);
  });

  it('a refused request uses up no proof', async () => {
    const jti = 'mended-proof';
    const one = (ath?: string) =>
      pdndCase('x', 'p-dpop', { proof: { claims: { jti, ...(ath === undefined ? {} : { ath }) } } });
    expect(codeOf(await send(one('x'.repeat(43))))).toBe('MODI_DPOP_TOKEN_HASH');
    expect(codeOf(await send(one()))).toBe('accepted');
    expect(codeOf(await send(one()))).toBe('MODI_REPLAY');
  });
});
