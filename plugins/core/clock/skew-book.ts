import { LRUCache } from 'lru-cache';

/** Callers that are remembered, and callers that are told: more would be too many time series. */
const REMEMBERED = 200;
const TOLD = 20;
const WINDOW_SECONDS = 300;

interface Observations {
  /** Number of the window, and the least age seen in it and in the one before. */
  readonly window: number;
  readonly least: number;
  readonly before: number | undefined;
}

/**
 * How far the clocks of callers are from ours. A token is as old as its way here was long, plus what its sender's clock
 * is behind; so the least age of some minutes is the difference of the clocks: negative when the caller's is ahead.
 * Bounded: of a caller that has stopped nothing is told after 5 to 10 minutes, and only the clocks that are furthest off
 * are told.
 */
export class SkewBook {
  private readonly callers = new LRUCache<string, Observations>({ max: REMEMBERED });

  /** A token of `caller` that says `iat`, at `now` (both in seconds). */
  observe(caller: string, iat: number, now: number): void {
    const window = Math.floor(now / WINDOW_SECONDS);
    const age = now - iat;
    const known = this.callers.get(caller);
    if (known?.window === window) {
      if (age < known.least) this.callers.set(caller, { ...known, least: age });
      return;
    }
    const before = known?.window === window - 1 ? known.least : undefined;
    this.callers.set(caller, { window, least: age, before });
  }

  /** The callers whose clocks are furthest off at `now`, with the difference in seconds, greatest first. */
  furthest(now: number): readonly (readonly [caller: string, seconds: number])[] {
    const window = Math.floor(now / WINDOW_SECONDS);
    return [...this.callers.entries()]
      .flatMap(([caller, observations]) => {
        const least = leastAt(window, observations);
        return least === undefined ? [] : [[caller, least] as const];
      })
      .toSorted(([, one], [, other]) => Math.abs(other) - Math.abs(one))
      .slice(0, TOLD);
  }
}

/** The least age of this window and of the one before; undefined: nothing was seen in either. */
function leastAt(current: number, { window, least, before }: Observations): number | undefined {
  if (window === current) return Math.min(least, before ?? least);
  return window === current - 1 ? least : undefined;
}
