import { beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../plugins/modi-verify/route';
import type { MemoryKong } from '../../plugins/runtime/adapters/memory';
import {
  ACCEPTED,
  CONFIGS,
  makeCast,
  REFUSED,
  refusedCertificates,
  type Case,
  type Cast,
  type RouteName,
} from '../support/corpus';
import { makeRequest } from '../support/requests';
import { NOW, problemOf, runAccess, verifyRoute } from '../support/verify-route';

let cast: Cast;
const routes = new Map<RouteName, Route>();

beforeAll(async () => {
  cast = await makeCast();
  for (const name of Object.keys(CONFIGS) as RouteName[]) routes.set(name, verifyRoute(cast, CONFIGS[name]));
});

async function send(one: Case): Promise<MemoryKong> {
  const route = routes.get(one.route);
  if (route === undefined) throw new TypeError(`no route ${one.route}`);
  return runAccess(route, one.make(cast, NOW));
}

const codeOf = (memory: MemoryKong): unknown => problemOf(memory)['code'] ?? 'accepted';

describe('the corpus', () => {
  it('is as large as it should be', () => {
    expect(REFUSED.length).toBeGreaterThanOrEqual(120);
    expect(ACCEPTED.length).toBeGreaterThanOrEqual(40);
    expect(new Set([...REFUSED, ...ACCEPTED].map(({ name }) => name)).size).toBe(REFUSED.length + ACCEPTED.length);
  });
});

describe('accepted', () => {
  it.each(ACCEPTED.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const memory = await send(one);
    expect(codeOf(memory)).toBe('accepted');
    expect(memory.shared.get('authenticated_groups')).toEqual(['modi']);
    expect(memory.shared.has('modi')).toBe(true);
  });
});

describe('refused', () => {
  it.each(REFUSED.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const memory = await send(one);
    expect(codeOf(memory)).toBe(one.code);
    if (one.status !== undefined) expect(memory.exited()?.status).toBe(one.status);
    expect(memory.shared.size).toBe(0);
  });

  it('every certificate that must not sign', async () => {
    for (const one of refusedCertificates(cast)) {
      const memory = await send(one);
      expect([one.name, codeOf(memory), memory.exited()?.status]).toEqual([one.name, one.code, one.status]);
    }
  });

  it('a request sent twice, and each of its tokens in another request', async () => {
    const one = ACCEPTED.find(({ name }) => name === 'a further signed header')!;
    const again: Case = { ...one, make: () => request };
    const request = one.make(cast, NOW);
    expect(codeOf(await send(again))).toBe('accepted');
    expect(codeOf(await send(again))).toBe('MODI_REPLAY');
    const fresh = one.make(cast, NOW);
    for (const header of ['authorization', 'agid-jwt-signature']) {
      const mixed = { ...fresh, headers: { ...fresh.headers, [header]: request.headers[header] ?? '' } };
      const memory = await send({ ...one, make: () => mixed });
      expect(codeOf(memory)).toBe('MODI_REPLAY');
      expect(memory.exited()?.status).toBe(409);
    }
    expect(codeOf(await send({ ...one, make: () => fresh }))).toBe('accepted');
  });

  it('a refused request takes no jti: the mended one is accepted', async () => {
    const jti = 'mended';
    const idAuth = { claims: { jti } };
    const bent = REFUSED.find(({ code }) => code === 'MODI_DIGEST_MISMATCH')!;
    expect(codeOf(await send(bent))).toBe('MODI_DIGEST_MISMATCH');
    const make = (wire: Record<string, string>) => (): ReturnType<typeof makeRequest> =>
      makeRequest({ now: NOW, party: cast.ec, integrity: true, idAuth, signature: idAuth, wire });
    expect(codeOf(await send({ ...bent, route: 'unique', make: make({ 'content-type': 'text/plain' }) }))).toBe(
      'MODI_SIGNED_HEADER_MISMATCH',
    );
    expect(codeOf(await send({ ...bent, route: 'unique', make: make({}) }))).toBe('accepted');
  });
});
