import { createHash } from 'node:crypto';

/** Whoever keeps something current, also without traffic. */
interface Keeper {
  /** Starts what is due at `now` (seconds since the epoch). */
  look(now: number): unknown;
}

/**
 * Keepers by what they were configured with. Kong makes one instance per configuration per worker; they share one
 * keeper, held by the instances alone: when the last one is gone, so is the keeper, and the looks end.
 */
export class SharedKeepers<K extends Keeper> {
  private readonly known = new Map<string, WeakRef<K>>();
  private readonly tickMs: number;

  /** `tickMs`: how often keepers are looked after when no request does it, in milliseconds. */
  constructor(tickMs: number) {
    this.tickMs = tickMs;
  }

  /** The keeper of this id, if some instance holds it. */
  find(id: string): K | undefined {
    return this.known.get(id)?.deref();
  }

  /** The keeper of this id, else the one that `create` makes. */
  of(id: string, create: () => K): K {
    const found = this.find(id);
    if (found !== undefined) return found;
    const keeper = create();
    const reference = new WeakRef(keeper);
    this.known.set(id, reference);
    this.lookAfter(reference);
    return keeper;
  }

  get live(): readonly K[] {
    return [...this.known].flatMap(([id, reference]) => {
      const keeper = reference.deref();
      if (keeper !== undefined) return [keeper];
      this.known.delete(id);
      return [];
    });
  }

  /** Adds up a number of all of them. */
  sum(valueOf: (keeper: K) => number): number {
    return this.live.reduce((total, keeper) => total + valueOf(keeper), 0);
  }

  /** The least of some numbers of all of them; infinite without any. */
  least(valuesOf: (keeper: K) => Iterable<number>): number {
    let least = Infinity;
    for (const keeper of this.live) for (const value of valuesOf(keeper)) least = Math.min(least, value);
    return least;
  }

  /** Keeps no process alive. */
  private lookAfter(reference: WeakRef<K>): void {
    const timer = setInterval(() => {
      const keeper = reference.deref();
      if (keeper === undefined) clearInterval(timer);
      else keeper.look(Date.now() / 1000);
    }, this.tickMs);
    timer.unref();
  }
}

/** One id for one configuration; files are found from MODI_HOME, so it belongs to it. */
export const configurationId = (config: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify([config, process.env['MODI_HOME']]))
    .digest('base64url');
