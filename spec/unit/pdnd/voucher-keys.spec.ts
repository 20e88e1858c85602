import { describe, expect, it, vi } from 'vitest';
import { PlatformKeys } from '../../../plugins/core/pdnd/platform-keys';
import type { PlatformFault } from '../../../plugins/dev/platform';
import { recordNotices } from '../../support/notices';
import { settingsFor, type SettingsRecipe } from '../../support/pdnd-settings';
import { mockPlatform } from '../../support/platform';

const NOW = 1_760_000_000;
const notices = recordNotices();

async function vouchersOnly(recipe: SettingsRecipe = {}) {
  const running = await mockPlatform();
  const keys = new PlatformKeys(settingsFor(running, { ...recipe, keyApi: null }), NOW);
  const { voucherKeys, seen, faults } = running.platform;
  return { keys, running, voucherKeys, seen, faults };
}

const codeOf = (answer: unknown): Promise<unknown> =>
  Promise.resolve(answer).then(
    () => 'found',
    (error: unknown) => (error as { code?: string }).code ?? error,
  );

/** As a check asks: a throw and a rejection are the same to it. */
const asked = (keys: PlatformKeys, kid: string, now: number): Promise<unknown> =>
  codeOf((async () => keys.voucherKey(kid, now))());

it('is waited for when nothing is in hand yet, fetched once however many ask, and then there at once', async () => {
  const { keys, voucherKeys, seen } = await vouchersOnly();
  const { kid } = voucherKeys.current;
  const found = await Promise.all(Array.from({ length: 50 }, async () => keys.voucherKey(kid, NOW)));
  expect(found[0]).toMatchObject({ kid, fetchedAt: NOW, key: { type: 'RSA', bits: 2048 } });
  expect(keys.voucherKey(kid, NOW + 1)).toBe(found[0]);
  expect(seen.jwks).toBe(1);
});

it('is fetched again ahead of the end of its life, beside the requests', async () => {
  const { keys, voucherKeys, seen } = await vouchersOnly();
  const { kid } = voucherKeys.current;
  await keys.settled();
  expect(keys.voucherKey(kid, NOW + 479)).toMatchObject({ fetchedAt: NOW });
  expect(seen.jwks).toBe(1);
  expect(keys.voucherKey(kid, NOW + 480)).toMatchObject({ fetchedAt: NOW });
  await keys.settled();
  expect(keys.voucherKey(kid, NOW + 481)).toMatchObject({ fetchedAt: NOW + 480 });
  expect(seen.jwks).toBe(2);
});

describe('an unknown kid', () => {
  it('makes the set be fetched once in each interval, however many are named, and is refused', async () => {
    const { keys, seen } = await vouchersOnly();
    await keys.settled();
    for (let second = 0; second < 60; second += 1) {
      for (let count = 0; count < 20; count += 1) {
        expect(await asked(keys, `${second}-${count}`, NOW + second)).toBe('MODI_VOUCHER_KID_UNKNOWN');
      }
    }
    // At the start, and after 30 s.
    expect(seen.jwks).toBe(2);
  });

  it('of a key that was not announced is found by that fetch, and all who wait for it get it', async () => {
    const { keys, voucherKeys, seen } = await vouchersOnly();
    await keys.settled();
    const kid = voucherKeys.announce();
    const all = await Promise.all(Array.from({ length: 20 }, async () => keys.voucherKey(kid, NOW + 30)));
    expect(all).toEqual(Array.from({ length: 20 }, () => expect.objectContaining({ kid }) as unknown));
    expect(seen.jwks).toBe(2);
  });

  it('is no verdict while the set cannot be fetched: 503, for the key may be there by now', async () => {
    const { keys, voucherKeys, faults } = await vouchersOnly();
    await keys.settled();
    faults.set('jwks', { kind: 'status', status: 500 });
    const { kid } = voucherKeys.current;
    expect(await asked(keys, 'new', NOW + 30)).toBe('MODI_VOUCHER_KEYS_UNAVAILABLE');
    expect(await asked(keys, kid, NOW + 30)).toBe('found');
  });
});

it('rotates without one refused voucher: announced, used, the old one withdrawn', async () => {
  const { keys, voucherKeys } = await vouchersOnly();
  await keys.settled();
  const codes = new Set<unknown>();
  let old = '';
  for (let second = 0; second < 3600; second += 5) {
    if (second === 600) voucherKeys.announce();
    if (second === 1800) {
      old = voucherKeys.current.kid;
      voucherKeys.activate();
    }
    // Vouchers by the old key live on for a while.
    if (second > 1800 && second < 2400) codes.add(await asked(keys, old, NOW + second));
    if (second === 2400) voucherKeys.retire();
    codes.add(await asked(keys, voucherKeys.current.kid, NOW + second));
    if (second % 60 === 0) await keys.settled();
  }
  expect([...codes]).toEqual(['found']);
  expect(await asked(keys, old, NOW + 3600)).toBe('MODI_VOUCHER_KID_UNKNOWN');
});

describe('an outage', () => {
  it('is bridged by the keys in hand up to the hard limit; then 503 with a time to try again', async () => {
    const { keys, voucherKeys, faults } = await vouchersOnly({ maxStale: 3600 });
    await keys.settled();
    faults.set('jwks', { kind: 'status', status: 503 });
    const { kid } = voucherKeys.current;
    for (let second = 0; second <= 3600; second += 60) {
      expect(await asked(keys, kid, NOW + second)).toBe('found');
      await keys.settled();
    }
    await expect((async () => keys.voucherKey(kid, NOW + 3601))()).rejects.toMatchObject({
      code: 'MODI_VOUCHER_KEYS_UNAVAILABLE',
      status: 503,
      params: { retryAfter: expect.any(Number) as unknown },
    });
    faults.delete('jwks');
    expect(await asked(keys, kid, NOW + 3700)).toBe('found');
  });

  it('is told once, and its end; tries become rarer', async () => {
    const { keys, faults, seen } = await vouchersOnly();
    await keys.settled();
    faults.set('jwks', { kind: 'status', status: 500 });
    for (let second = 480; second < 1080; second += 1) {
      keys.look(NOW + second);
      await keys.settled();
    }
    // 2, 4, 8, 16, 32 s apart, then a minute.
    expect(seen.jwks).toBeLessThan(20);
    expect(notices.map(({ message }) => message)).toEqual(['the platform cannot be used']);
    faults.delete('jwks');
    keys.look(NOW + 2000);
    await keys.settled();
    expect(notices.map(({ message }) => message)).toEqual([
      'the platform cannot be used',
      'the platform can be used again',
    ]);
    expect(keys.failures).toBe(seen.jwks - 2);
  });

  it('from the start is 503 at once after the first try, and over when the platform is back', async () => {
    const running = await mockPlatform();
    running.platform.faults.set('jwks', { kind: 'status', status: 500 });
    const keys = new PlatformKeys(settingsFor(running, { keyApi: null }), NOW);
    const { kid } = running.platform.voucherKeys.current;
    expect(await asked(keys, kid, NOW)).toBe('MODI_VOUCHER_KEYS_UNAVAILABLE');
    expect(() => keys.voucherKey(kid, NOW + 1)).toThrowWithCode('MODI_VOUCHER_KEYS_UNAVAILABLE');
    running.platform.faults.delete('jwks');
    expect(await asked(keys, kid, NOW + 2)).toBe('found');
  });
});

const set = (...keys: unknown[]): PlatformFault => ({ kind: 'body', body: JSON.stringify({ keys }) });

describe('a hostile platform changes nothing that is in hand', () => {
  it.each<[string, PlatformFault]>([
    ['an error', { kind: 'status', status: 500 }],
    ['a redirect', { kind: 'status', status: 302, headers: { Location: 'https://elsewhere.example/' } }],
    ['too many requests', { kind: 'status', status: 429, headers: { 'Retry-After': '1' } }],
    ['no end', { kind: 'endless' }],
    ['half an answer', { kind: 'cut' }],
    ['a page', { kind: 'body', body: '<html>', type: 'text/html' }],
    ['no JSON', { kind: 'body', body: 'keys' }],
    ['a list', { kind: 'body', body: '[]' }],
    ['no keys', { kind: 'body', body: '{}' }],
    ['none', set()],
    ['a secret', set({ kty: 'oct', kid: 'a', k: 'AAAA' })],
    ['a short key', set({ kty: 'RSA', kid: 'a', n: 'AQAB', e: 'AQAB' })],
    ['101 keys', set(...Array.from({ length: 101 }, (_, index) => ({ kid: String(index) })))],
  ])('when it answers with %s', async (_, fault) => {
    const { keys, voucherKeys, faults } = await vouchersOnly();
    await keys.settled();
    const { kid } = voucherKeys.current;
    const held = keys.voucherKey(kid, NOW);
    faults.set('jwks', fault);
    keys.look(NOW + 480);
    await keys.settled();
    expect(keys.voucherKey(kid, NOW + 481)).toBe(held);
    expect(notices).toHaveLength(1);
    expect(JSON.stringify(notices[0])).toMatch(/^[\x20-\x7e]+$/);
  });

  it('when two keys share a kid, or a private key is published', async () => {
    const { keys, voucherKeys, faults } = await vouchersOnly();
    await keys.settled();
    const { jwk, kid, privateKey } = voucherKeys.current;
    faults.set('jwks', set(jwk, jwk));
    keys.look(NOW + 480);
    await keys.settled();
    expect(keys.voucherKey(kid, NOW + 481)).toMatchObject({ fetchedAt: NOW });
    faults.set('jwks', set({ ...privateKey.export({ format: 'jwk' }), kid, alg: 'RS256' }));
    keys.look(NOW + 500);
    await keys.settled();
    expect(keys.voucherKey(kid, NOW + 501)).toMatchObject({ fetchedAt: NOW });
  });

  it('when it says nothing: who needs nothing new does not wait, who does waits 3 s at most', async () => {
    const { keys, voucherKeys, faults } = await vouchersOnly();
    await keys.settled();
    faults.set('jwks', { kind: 'silence' });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      keys.look(NOW + 480);
      expect(keys.voucherKey(voucherKeys.current.kid, NOW + 480)).toMatchObject({ fetchedAt: NOW });
      const late = asked(keys, 'new', NOW + 480);
      await vi.advanceTimersByTimeAsync(3000);
      expect(await late).toBe('MODI_VOUCHER_KID_UNKNOWN');
    } finally {
      vi.useRealTimers();
    }
  });
});

it('leaves out what is not for RS256 signatures', async () => {
  const { keys, voucherKeys, faults } = await vouchersOnly();
  await keys.settled();
  const { jwk } = voucherKeys.current;
  faults.set('jwks', set({ ...jwk, use: 'enc' }, { ...jwk, alg: 'PS256' }, { ...jwk, kid: 'good' }));
  keys.look(NOW + 480);
  await keys.settled();
  expect(keys.voucherKey('good', NOW + 481)).toMatchObject({ kid: 'good' });
  expect(await asked(keys, jwk.kid, NOW + 481)).toBe('MODI_VOUCHER_KID_UNKNOWN');
});

it.each([
  ['ftp://a.example/jwks', 'is no URL of http or https'],
  ['https://user@a.example/jwks', 'without credentials'],
  ['https://a.example/jwks?x=y', 'has a query'],
  ['nothing', 'is no URL'],
])('is no configuration behind %s', async (jwksUri, problem) => {
  const running = await mockPlatform();
  const make = () => new PlatformKeys(settingsFor(running, { jwksUri, keyApi: null }), NOW);
  expect(make).toThrow(/^config\.pdnd\.jwks_uri: /);
  expect(make).toThrow(problem);
});

it('is not fetched from a private address that was not allowed', async () => {
  const running = await mockPlatform();
  const keys = new PlatformKeys(settingsFor(running, { privateHosts: [], keyApi: null }), NOW);
  expect(await asked(keys, 'a', NOW)).toBe('MODI_VOUCHER_KEYS_UNAVAILABLE');
  expect(running.platform.seen.jwks).toBe(0);
});
