import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryReplayStore, type ReplayEntry, type ReplayVerdict } from '../../../plugins/core/replay';
import { LEAST_CLOCK_SKEW } from '../../../plugins/core/replay/window';

const NOW = 1_800_000_000;
const entry = (key: string, more: Partial<ReplayEntry> = {}): ReplayEntry => ({
  ...{ key, kind: 'INTEGRITY', iat: NOW, exp: NOW + 60 },
  ...more,
});

/** A store, and claims of keys at NOW with the same message. */
function scene(maxEntries = 100) {
  const memory = new MemoryReplayStore();
  memory.widen({ maxAge: 300, clockSkew: 5, maxEntries });
  const claim = (keys: string, fingerprint = 'message', max = 2): ReplayVerdict =>
    memory.claim(
      keys.split(' ').map((key) => entry(key)),
      NOW,
      { fingerprint, max },
    );
  return { memory, claim };
}

describe('the same message again', () => {
  it('is taken as often as agreed, and counted', () => {
    const { claim } = scene();
    expect([claim('a'), claim('a'), claim('a'), claim('a')]).toEqual([
      { verdict: 'fresh' },
      { verdict: 'resent', attempt: 2 },
      { verdict: 'resent', attempt: 3 },
      { verdict: 'exhausted', kind: 'INTEGRITY', attempts: 3 },
    ]);
  });

  it('is a replay with another body, and when either time none may come again', () => {
    const { memory, claim } = scene();
    const seen = { verdict: 'seen', kind: 'INTEGRITY' };
    claim('a');
    expect(claim('a', 'another message')).toEqual(seen);
    expect(memory.claim([entry('a')], NOW)).toEqual(seen);
    expect(memory.claim([entry('b')], NOW)).toEqual({ verdict: 'fresh' });
    expect(claim('b')).toEqual(seen);
  });

  it('has the attempt of its token that was sent most often', () => {
    const { claim } = scene();
    claim('a');
    claim('a');
    expect(claim('a b', 'message', 9)).toEqual({ verdict: 'resent', attempt: 3 });
    expect(claim('b a', 'message', 9)).toEqual({ verdict: 'resent', attempt: 4 });
  });

  it('is judged whole: a replayed token beside it counts before an exhausted one', () => {
    const { claim, memory } = scene();
    claim('a', 'message', 0);
    memory.claim([entry('b', { kind: 'ID_AUTH' })], NOW);
    const both = [entry('a'), entry('b', { kind: 'ID_AUTH' })];
    expect(memory.claim(both, NOW, { fingerprint: 'message', max: 0 })).toEqual({ verdict: 'seen', kind: 'ID_AUTH' });
  });

  it('needs no further place in a full memory', () => {
    const { claim } = scene(1);
    expect([claim('a'), claim('b'), claim('a')]).toEqual([
      ...[{ verdict: 'fresh' }, { verdict: 'full' }, { verdict: 'resent', attempt: 2 }],
    ]);
  });
});

describe('what is remembered', () => {
  /** Seconds after the step before, the key, how long its token lives, and whether its message may come again. */
  const step = fc.record({
    // Also as long as a token is remembered beyond its end, and a second to either side.
    after: fc.oneof(
      fc.integer({ min: -3, max: 4 }),
      fc.integer({ min: LEAST_CLOCK_SKEW - 3, max: LEAST_CLOCK_SKEW + 4 }),
    ),
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    life: fc.oneof(
      fc.integer({ min: -3, max: 9 }),
      fc.integer({ min: -3 - LEAST_CLOCK_SKEW, max: 9 - LEAST_CLOCK_SKEW }),
    ),
    again: fc.boolean(),
  });

  it('is each token to its last second, whatever the clock does, and nothing after that', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const memory = new MemoryReplayStore();
        memory.widen({ maxAge: 300, clockSkew: 0, maxEntries: 100 });
        const until = new Map<string, number>();
        let now = NOW;
        let latest = -Infinity;
        for (const { after, key, life, again } of steps) {
          now += after;
          latest = Math.max(latest, now);
          const resend = again ? { fingerprint: 'message', max: 100 } : undefined;
          const { verdict } = memory.claim([entry(key, { iat: now, exp: now + life })], now, resend);
          for (const [known, last] of until) if (last < latest) until.delete(known);
          if (verdict !== 'seen')
            until.set(key, Math.max(now + life + LEAST_CLOCK_SKEW + 1, latest, until.get(key) ?? 0));
          else expect(until.has(key)).toBe(true);
          expect(memory.size).toBe(until.size);
        }
        memory.claim([], latest + LEAST_CLOCK_SKEW + 11);
        expect(memory.size).toBe(0);
      }),
    );
  });
});
