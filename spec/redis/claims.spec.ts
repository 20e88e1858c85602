import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryReplayStore, type ReplayVerdict } from '../../plugins/core/replay';
import { skipWithoutRedis, startRedis } from '../support/redis/server';
import { entry, NOW, redisStore } from '../support/redis/stores';

describe.skipIf(skipWithoutRedis('claims on Redis'))('claims on a shared Redis', () => {
  const twoGateways = async (more: Record<string, unknown> = {}) => {
    const redis = await startRedis();
    const address = { host: '127.0.0.1', port: redis.port, ...more };
    return { redis, one: redisStore(address), other: redisStore(address) };
  };

  it('takes a token once, whichever gateway asks', async () => {
    const { one, other } = await twoGateways();
    expect(await one.claim([entry('a')], NOW)).toEqual({ verdict: 'fresh' });
    expect(await other.claim([entry('a')], NOW)).toEqual({ verdict: 'seen', kind: 'ID_AUTH' });
  });

  it('takes all tokens of a request or none', async () => {
    const { one, other } = await twoGateways();
    const old = entry('old', { kind: 'INTEGRITY' });
    await one.claim([old], NOW);
    expect(await other.claim([entry('new'), old], NOW)).toEqual({ verdict: 'seen', kind: 'INTEGRITY' });
    expect(await one.claim([entry('new')], NOW)).toEqual({ verdict: 'fresh' });
  });

  it('of 500 claims of the same pairs at the same moment, from two gateways, each pair is fresh once', async () => {
    const { one, other } = await twoGateways();
    const pairs = Array.from({ length: 250 }, (_, n) => [entry(`a${n}`), entry(`i${n}`, { kind: 'INTEGRITY' })]);
    const verdicts = await Promise.all(
      pairs.flatMap((pair) => [one.claim(pair, NOW), other.claim([...pair].reverse(), NOW)]),
    );
    const fresh = pairs.map((_, n) => verdicts.slice(2 * n, 2 * n + 2).filter(({ verdict }) => verdict === 'fresh'));
    expect(fresh.every((won) => won.length === 1)).toBe(true);
  });

  it('keeps a key for the rest of its token’s life, and not for ever', async () => {
    const { redis, one } = await twoGateways();
    await one.claim([entry('short')], NOW);
    await one.claim([entry('long', { exp: NOW + 86_400 })], NOW + 100);
    const lives = await Promise.all((await redis.admin.keys('*')).map((key) => redis.admin.pttl(key)));
    lives.sort((a, b) => a - b);
    // 60 s and the least skew of 60 s, or the least age of 900 s of which 100 are over; with what clocks may be apart.
    expect(lives[0]).toBeGreaterThan(120_000);
    expect(lives[0]).toBeLessThan(155_000);
    expect(lives[1]).toBeGreaterThan(800_000);
    expect(lives[1]).toBeLessThan(835_000);
  });

  it('does not share with gateways of another prefix, and puts all keys of one in one slot', async () => {
    const { redis, one } = await twoGateways({ prefix: 'a' });
    const stranger = redisStore({ host: '127.0.0.1', port: redis.port, prefix: 'b' });
    await one.claim([entry('x'), entry('y')], NOW);
    expect(await stranger.claim([entry('x')], NOW)).toEqual({ verdict: 'fresh' });
    const keys = await redis.admin.keys('*');
    expect(keys.map((key) => key.slice(0, 4)).sort()).toEqual(['{a}:', '{a}:', '{b}:']);
  });

  it('refuses what stands under its key and is not its own', async () => {
    const { redis, one } = await twoGateways();
    await one.claim([entry('x')], NOW);
    const [key = ''] = await redis.admin.keys('*');
    await redis.admin.set(key, 'nonsense');
    expect(await one.claim([entry('x')], NOW, { fingerprint: 'f', max: 5 })).toEqual({
      verdict: 'seen',
      kind: 'ID_AUTH',
    });
    await redis.admin.del(key);
    await redis.admin.lpush(key, 'a list');
    expect(await one.claim([entry('x')], NOW)).toMatchObject({ verdict: 'down' });
  });

  it('gives the verdicts of the memory store, whatever comes in whatever order', async () => {
    const { redis, one } = await twoGateways();
    const claims = fc.array(
      fc.record({
        keys: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 2 }),
        resend: fc.option(fc.record({ fingerprint: fc.constantFrom('f', 'g'), max: fc.integer({ min: 1, max: 3 }) }), {
          nil: undefined,
        }),
      }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(claims, async (list) => {
        await redis.admin.flushall();
        const memory = new MemoryReplayStore();
        memory.widen({ maxAge: 300, clockSkew: 5, maxEntries: 1000 });
        const verdicts: ReplayVerdict[] = [];
        const expected: ReplayVerdict[] = [];
        for (const { keys, resend } of list) {
          const entries = keys.map((key) => entry(key));
          expected.push(memory.claim(entries, NOW, resend));
          verdicts.push(await one.claim(entries, NOW, resend));
        }
        expect(verdicts).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
