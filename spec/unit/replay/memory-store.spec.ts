import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryReplayStore, type ReplayEntry } from '../../../plugins/core/replay';
import { LEAST_CLOCK_SKEW, LEAST_MAX_AGE } from '../../../plugins/core/replay/window';

const NOW = 1_800_000_000;
const entry = (key: string, more: Partial<ReplayEntry> = {}): ReplayEntry => ({
  key,
  kind: 'ID_AUTH',
  iat: NOW,
  exp: NOW + 60,
  ...more,
});

function store(window: { maxAge?: number; clockSkew?: number; maxEntries?: number } = {}): MemoryReplayStore {
  const made = new MemoryReplayStore();
  made.widen({ maxAge: 300, clockSkew: 5, maxEntries: 100, ...window });
  return made;
}

describe('MemoryReplayStore', () => {
  it('takes a token once', () => {
    const memory = store();
    expect(memory.claim([entry('a')], NOW)).toEqual({ verdict: 'fresh' });
    expect(memory.claim([entry('a')], NOW)).toEqual({ verdict: 'seen', kind: 'ID_AUTH' });
  });

  it('takes all tokens of a request or none', () => {
    const memory = store();
    memory.claim([entry('old', { kind: 'INTEGRITY' })], NOW);
    expect(memory.claim([entry('new'), entry('old', { kind: 'INTEGRITY' })], NOW)).toEqual({
      verdict: 'seen',
      kind: 'INTEGRITY',
    });
    expect(memory.claim([entry('new')], NOW)).toEqual({ verdict: 'fresh' });
  });

  it('refuses when full, and takes again once entries have expired', () => {
    const memory = store({ maxEntries: 2 });
    memory.claim([entry('a'), entry('b')], NOW);
    expect(memory.claim([entry('c')], NOW)).toEqual({ verdict: 'full' });
    expect(memory.size).toBe(2);
    expect(memory.claim([entry('c', { iat: NOW + 400, exp: NOW + 460 })], NOW + 400)).toEqual({ verdict: 'fresh' });
    expect(memory.size).toBe(1);
  });

  it('remembers a token for as long as any route could accept it', () => {
    const memory = store({ maxAge: 60 });
    memory.widen({ maxAge: 600, clockSkew: 30, maxEntries: 1 });
    memory.claim([entry('a', { exp: NOW + 3600 })], NOW);
    expect(memory.claim([entry('a', { exp: NOW + 3600 })], NOW + 600).verdict).toBe('seen');
  });

  it('that is widened later, as by a configuration that changes, takes nothing that it took before', () => {
    fc.assert(
      fc.property(
        fc.record({
          before: fc.record({ maxAge: fc.integer({ min: 1, max: 300 }), clockSkew: fc.integer({ min: 0, max: 60 }) }),
          after: fc.record({
            maxAge: fc.integer({ min: 1, max: LEAST_MAX_AGE }),
            clockSkew: fc.integer({ min: 0, max: LEAST_CLOCK_SKEW }),
          }),
          life: fc.integer({ min: 1, max: 2000 }),
          between: fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 10 }),
        }),
        ({ before, after, life, between }) => {
          const memory = store(before);
          const token = entry('a', { exp: NOW + life });
          memory.claim([token], NOW);
          let now = NOW;
          for (const seconds of between) memory.claim([entry('other')], (now += seconds));
          memory.widen({ ...after, maxEntries: 100 });
          // As checkTimes has it: what is older or expired is refused before it is claimed.
          const isAcceptable = now <= NOW + after.maxAge && now < NOW + life + after.clockSkew;
          if (isAcceptable) expect(memory.claim([token], now).verdict).toBe('seen');
        },
      ),
    );
  });

  it('forgets nothing when the clock goes back', () => {
    const memory = store();
    memory.claim([entry('a')], NOW);
    expect(memory.claim([entry('a')], NOW - 1000).verdict).toBe('seen');
    memory.claim([entry('b', { iat: NOW - 1000, exp: NOW - 940 })], NOW - 1000);
    expect(memory.claim([entry('b', { iat: NOW - 1000, exp: NOW - 940 })], NOW - 990).verdict).toBe('seen');
  });

  it('never accepts a key twice inside its window, and is empty when all windows are over', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), at: fc.integer({ min: 0, max: 200 }) }), {
          maxLength: 60,
        }),
        (events) => {
          const memory = store();
          const accepted = new Map<string, number>();
          for (const { key, at } of [...events].sort((one, other) => one.at - other.at)) {
            const { verdict } = memory.claim([entry(key, { iat: NOW + at, exp: NOW + at + 60 })], NOW + at);
            const last = accepted.get(key);
            if (verdict === 'fresh') {
              if (last !== undefined) expect(at - last).toBeGreaterThan(60 + LEAST_CLOCK_SKEW);
              accepted.set(key, at);
            } else expect(last).toBeDefined();
          }
          memory.claim([], NOW + 10_000);
          expect(memory.size).toBe(0);
        },
      ),
    );
  });
});
