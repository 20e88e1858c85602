import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Budget } from '../../../plugins/core/pdnd/budget';
import { PlatformKeys } from '../../../plugins/core/pdnd/platform-keys';
import { SAMPLE_PLATFORM, type PlatformFault, type RunningPlatform } from '../../../plugins/dev/platform';
import { recordNotices } from '../../support/notices';
import { settingsFor, type SettingsRecipe } from '../../support/pdnd-settings';
import { CAST, mockPlatform, rsaPair } from '../../support/platform';

const NOW = 1_760_000_000;
const KID = CAST.client.kid;
const { client } = SAMPLE_PLATFORM;
const notices = recordNotices();

async function gateway(recipe: SettingsRecipe = {}, prepare?: (running: RunningPlatform) => void) {
  let now = NOW;
  const running = await mockPlatform({ now: () => now });
  prepare?.(running);
  const keys = new PlatformKeys(settingsFor(running, recipe), NOW);
  await keys.settled();
  const at = (second: number): number => (now = NOW + second);
  const { registry, seen, faults } = running.platform;
  return { keys, running, registry, seen, faults, at };
}

/** As a check asks: a throw and a rejection are the same to it. */
const asked = (keys: PlatformKeys, kid: string, now: number, source: string = client): Promise<unknown> =>
  (async () => keys.participantKey(kid, source, now))().then(
    () => 'found',
    (error: unknown) => (error as { code?: string }).code ?? error,
  );

const nobodys = (index: number): string => `${index}`.padEnd(43, 'x');

describe.each(['v1', 'v2', 'v3'] as const)('%s', (version) => {
  it('gives a key, and whose it is where the version tells; then at once, without asking again', async () => {
    const { keys, seen } = await gateway({ version });
    const found = await keys.participantKey(KID, client, NOW);
    const { kty, n, e } = CAST.client.publicKey.export({ format: 'jwk' });
    expect(found).toMatchObject({
      kid: KID,
      clientId: version === 'v1' ? undefined : client,
      fetchedAt: NOW,
      source: version,
      key: { type: 'RSA', bits: 2048 },
    });
    expect(found.jwk).toEqual({ kty, n, e });
    expect(keys.participantKey(KID, client, NOW + 1)).toBe(found);
    expect(seen).toMatchObject({ api: 1, token: 1 });
  });

  it('does not know a kid that nobody has, and is not asked again for a while', async () => {
    const { keys, seen, at } = await gateway({ version });
    expect(await asked(keys, nobodys(1), NOW)).toBe('MODI_PARTICIPANT_KEY_UNKNOWN');
    expect(() => keys.participantKey(nobodys(1), client, NOW + 59)).toThrowWithCode('MODI_PARTICIPANT_KEY_UNKNOWN');
    expect(seen.api).toBe(1);
    expect(await asked(keys, nobodys(1), at(60))).toBe('MODI_PARTICIPANT_KEY_UNKNOWN');
    expect(seen.api).toBe(2);
  });
});

it('asks once however many want the same key', async () => {
  const { keys, seen } = await gateway();
  await Promise.all(Array.from({ length: 100 }, async () => keys.participantKey(KID, client, NOW)));
  expect(seen).toMatchObject({ api: 1, token: 1, 'answer-keys': 1 });
});

it('takes nothing into a URL that is not base64url', async () => {
  const { keys, seen } = await gateway();
  const wild = fc.oneof(
    fc.string({ minLength: 1 }).filter((text) => !/^[\w-]{1,128}$/.test(text)),
    fc.constantFrom('', '..', '../clients/x', 'a/b', 'a?b', 'a#b', 'a%2fb', `${KID}\n`, 'a'.repeat(129), '\u212a'),
  );
  fc.assert(
    fc.property(wild, (kid) => {
      expect(() => keys.participantKey(kid, client, NOW)).toThrowWithCode('MODI_PARTICIPANT_KID_MALFORMED');
    }),
  );
  expect(seen.api).toBe(0);
});

describe('the life of a key', () => {
  it('is renewed ahead beside the requests', async () => {
    const { keys, at } = await gateway();
    await keys.participantKey(KID, client, NOW);
    expect(keys.participantKey(KID, client, at(2880))).toMatchObject({ fetchedAt: NOW });
    await keys.settled();
    expect(keys.participantKey(KID, client, at(2881))).toMatchObject({ fetchedAt: NOW + 2880 });
  });

  it('ends: a key that is gone by then is refused, though nobody told', async () => {
    const { keys, registry, at } = await gateway();
    await keys.participantKey(KID, client, NOW);
    registry.deleteKey(KID);
    expect(await asked(keys, KID, at(2000))).toBe('found');
    expect(await asked(keys, KID, at(3600))).toBe('MODI_PARTICIPANT_KEY_UNKNOWN');
  });

  it('is stretched while the platform is down, to the hard limit and no further', async () => {
    const { keys, faults, at } = await gateway({ maxStale: 7200 });
    await keys.participantKey(KID, client, NOW);
    faults.set('api', { kind: 'status', status: 500 });
    for (let second = 60; second <= 7200; second += 60) {
      expect(await asked(keys, KID, at(second))).toBe('found');
    }
    await expect((async () => keys.participantKey(KID, client, at(7201)))()).rejects.toMatchObject({
      code: 'MODI_PARTICIPANT_KEYS_UNAVAILABLE',
      status: 503,
      params: { retryAfter: expect.any(Number) as unknown },
    });
    faults.delete('api');
    expect(await asked(keys, KID, at(7300))).toBe('found');
  });
});

describe('a client that names unknown kids', () => {
  it('makes the platform see its budget and no more; other clients are served', async () => {
    const { keys, registry, seen, at } = await gateway({ keyApi: { budget: 20, budgetPeriod: 60 } });
    await keys.participantKey(KID, client, NOW);
    const other = registry.addKey(client, rsaPair().pem);
    const start = seen.api;
    const codes = new Map<unknown, number>();
    let count = 0;
    for (let second = 0; second < 10; second += 1) {
      const storm = Array.from({ length: 1000 }, () => asked(keys, nobodys(count++), at(second), 'attacker'));
      // A key in hand takes no turn of the event loop, whatever else is on its way.
      expect(keys.participantKey(KID, client, at(second))).toMatchObject({ kid: KID });
      for (const code of await Promise.all(storm)) codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    // 20 at once, and three more in ten seconds.
    expect(seen.api - start).toBe(23);
    expect(Object.fromEntries(codes)).toEqual({
      MODI_PARTICIPANT_KEY_UNKNOWN: 23,
      MODI_PARTICIPANT_KEY_BUDGET: 9977,
    });
    expect(await asked(keys, other, at(10), 'somebody else')).toBe('found');
  });

  it('is told when to try again', async () => {
    const { keys, at } = await gateway({ keyApi: { budget: 1, budgetPeriod: 30 } });
    await asked(keys, nobodys(1), NOW);
    const refused = { code: 'MODI_PARTICIPANT_KEY_BUDGET', status: 429, params: { retryAfter: 30 } };
    expect(() => keys.participantKey(nobodys(2), client, NOW)).toThrow(expect.objectContaining(refused) as Error);
    expect(await asked(keys, nobodys(2), at(30))).toBe('MODI_PARTICIPANT_KEY_UNKNOWN');
  });

  it('does not pay for keys that there are', async () => {
    const { keys, registry } = await gateway({ keyApi: { budget: 2, budgetPeriod: 60 } });
    const pems = Array.from({ length: 5 }, () => rsaPair().pem);
    for (const pem of pems) expect(await asked(keys, registry.addKey(client, pem), NOW)).toBe('found');
  });
});

it('a budget lets through no more than its size and what came back, whoever asks when', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 600 }),
      fc.array(fc.tuple(fc.constantFrom<'a' | 'b'>('a', 'b'), fc.double({ min: 0, max: 30, noNaN: true })), {
        maxLength: 300,
      }),
      (size, period, asks) => {
        const budget = new Budget(size, period);
        const taken = { a: 0, b: 0 };
        let now = NOW;
        for (const [source, wait] of asks) {
          now += wait;
          if (budget.take(source, now) === 0) taken[source] += 1;
        }
        const most = size + ((now - NOW) / period) * size + 0.001;
        expect(taken.a).toBeLessThanOrEqual(most);
        expect(taken.b).toBeLessThanOrEqual(most);
      },
    ),
  );
});

describe('a hostile platform', () => {
  const change = (make: (answer: { headers: Record<string, string>; body: Buffer }) => object): PlatformFault => ({
    kind: 'change',
    change: (answer) => ({ ...answer, ...make(answer) }),
  });
  const header = (name: string, value: string | undefined) =>
    change(({ headers }) => ({
      headers: Object.fromEntries(
        Object.entries({ ...headers, [name]: value }).filter(
          (entry): entry is [string, string] => entry[1] !== undefined,
        ),
      ),
    }));

  it.each<[string, PlatformFault]>([
    ['an error', { kind: 'status', status: 500 }],
    ['a bad request', { kind: 'status', status: 400 }],
    ['forbidden', { kind: 'status', status: 403 }],
    ['a redirect', { kind: 'status', status: 302, headers: { Location: 'https://elsewhere.example/' } }],
    ['too many requests', { kind: 'status', status: 429, headers: { 'Retry-After': '9' } }],
    ['unauthorized', { kind: 'status', status: 401 }],
    ['no end', { kind: 'endless' }],
    ['half an answer', { kind: 'cut' }],
    ['a page', { kind: 'body', body: '<html>', type: 'text/html' }],
    ['an unsigned answer', { kind: 'body', body: '{"clientId":"a","jwk":{}}' }],
    ['no signature', header('Agid-JWT-Signature', undefined)],
    ['a signature that is none', header('Agid-JWT-Signature', 'a.b.c')],
    ['another body than was signed', change(() => ({ body: Buffer.from('{}') }))],
    ['another type than was signed', header('Content-Type', 'application/json')],
    ['an encoding that was not signed', header('Content-Encoding', 'identity')],
    ['another correlation id', header('X-Correlation-Id', 'x')],
    ['a 404 that nobody signed', { kind: 'status', status: 404 }],
  ])('that answers v3 with %s gives no key, and no verdict about one', async (_, fault) => {
    const { keys, faults, at } = await gateway();
    faults.set('api', fault);
    expect(await asked(keys, KID, NOW)).toBe('MODI_PARTICIPANT_KEYS_UNAVAILABLE');
    expect(notices).toHaveLength(1);
    expect(JSON.stringify(notices[0])).toMatch(/^[\x20-\x7e]+$/);
    faults.delete('api');
    expect(await asked(keys, KID, at(60))).toBe('found');
  });

  it('that signs with a key of vouchers, or of somebody else, is not believed', async () => {
    const foreign = (make: (running: RunningPlatform) => unknown) => (running: RunningPlatform) => {
      running.platform.faults.set('answer-keys', { kind: 'body', body: JSON.stringify(make(running)) });
    };
    const ofVouchers = foreign(({ platform }) => platform.voucherKeys.jwks());
    const ofSomebody = foreign(({ platform: { voucherKeys, answerKeys } }) => ({
      keys: [{ ...voucherKeys.current.jwk, kid: answerKeys.current.kid }],
    }));
    for (const prepare of [ofVouchers, ofSomebody]) {
      const { keys } = await gateway({}, prepare);
      expect(await asked(keys, KID, NOW)).toBe('MODI_PARTICIPANT_KEYS_UNAVAILABLE');
    }
  });

  it('that plays back the answer about another key is not believed', async () => {
    for (const version of ['v1', 'v2', 'v3'] as const) {
      const { keys, registry, faults, running } = await gateway({ version });
      const kid = registry.addKey(client, rsaPair().pem);
      let kept: object | undefined;
      faults.set(
        'api',
        change((answer) => (kept ??= answer)),
      );
      expect(await asked(keys, KID, NOW)).toBe('found');
      expect(await asked(keys, kid, NOW)).toBe('MODI_PARTICIPANT_KEYS_UNAVAILABLE');
      await running.close();
    }
  });

  it('that hands out a private key, an EC key on a strange curve or a short key is not believed', async () => {
    const { keys, faults } = await gateway({ version: 'v2' });
    const answer = (jwk: object): PlatformFault => ({ kind: 'body', body: JSON.stringify({ clientId: client, jwk }) });
    const weak: [object, string][] = [
      [{ ...CAST.client.privateKey.export({ format: 'jwk' }) }, 'a private key'],
      [{ kty: 'EC', crv: 'secp256k1', x: 'AA', y: 'AA' }, 'no key at all'],
      [{ ...rsaPair(1024).publicKey.export({ format: 'jwk' }) }, 'RSA of 1024 bits'],
      [{ kty: 'oct' }, 'of another type than RSA and EC'],
      [{ kty: 'RSA', n: 1 }, 'incomplete'],
    ];
    for (const [index, [jwk, found]] of weak.entries()) {
      const kid = nobodys(index);
      faults.set('api', answer({ ...jwk, kid }));
      await expect((async () => keys.participantKey(kid, client, NOW))()).rejects.toMatchObject({
        code: 'MODI_PARTICIPANT_KEY_WEAK',
        params: { kid, found },
      });
    }
  });

  it('that says nothing holds up nobody beyond 3 s, and whose keys are in hand not at all', async () => {
    const { keys, faults, at } = await gateway();
    await keys.participantKey(KID, client, NOW);
    faults.set('api', { kind: 'silence' });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const late = asked(keys, nobodys(1), NOW);
      expect(keys.participantKey(KID, client, NOW)).toMatchObject({ kid: KID });
      await vi.advanceTimersByTimeAsync(3000);
      expect(await late).toBe('MODI_PARTICIPANT_KEYS_UNAVAILABLE');
      // From the first failure on, a key at the end of its life is not waited for either.
      await vi.advanceTimersByTimeAsync(12_000);
      await keys.settled();
      expect(keys.participantKey(KID, client, at(4000))).toMatchObject({ kid: KID });
    } finally {
      vi.useRealTimers();
    }
  });

  it('that asks to be left alone is left alone for that long', async () => {
    const { keys, faults, seen, at } = await gateway();
    faults.set('api', { kind: 'status', status: 429, headers: { 'X-Rate-Limit-Interval': '30000' } });
    await asked(keys, KID, NOW);
    faults.delete('api');
    expect(() => keys.participantKey(KID, client, NOW + 29)).toThrowWithCode('MODI_PARTICIPANT_KEYS_UNAVAILABLE');
    expect(seen.api).toBe(1);
    expect(await asked(keys, KID, at(30))).toBe('found');
  });
});
