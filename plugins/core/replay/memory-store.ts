import { hash } from './hash';
import type { ReplayEntry, ReplayVerdict, ReplayWindow } from './types';

/**
 * The tokens accepted by this process. Claiming is atomic (one turn of the event loop): all entries of a request
 * are taken, or none. An entry stays until no route could accept its token any more. Bounded: when full, nothing
 * more is accepted, because what is not remembered cannot be refused.
 */
export class MemoryReplayStore {
  private readonly seen = new Set<string>();
  /** Second of expiry to the keys that expire then. */
  private readonly expiring = new Map<number, string[]>();
  private sweptUntil: number | undefined;
  private window: ReplayWindow = { maxAge: 0, clockSkew: 0, maxEntries: 0 };

  get size(): number {
    return this.seen.size;
  }

  /** Widens the window to hold another route's tokens; it never narrows. */
  widen({ maxAge, clockSkew, maxEntries }: ReplayWindow): void {
    this.window = {
      maxAge: Math.max(maxAge, this.window.maxAge),
      clockSkew: Math.max(clockSkew, this.window.clockSkew),
      maxEntries: Math.max(maxEntries, this.window.maxEntries),
    };
  }

  claim(entries: readonly ReplayEntry[], now: number): ReplayVerdict {
    this.sweep(Math.floor(now));
    const hashed = entries.map((entry) => ({ entry, key: hash(entry.key) }));
    const known = hashed.find(({ key }) => this.seen.has(key));
    if (known !== undefined) return { verdict: 'seen', kind: known.entry.kind };
    if (this.seen.size + hashed.length > this.window.maxEntries) return { verdict: 'full' };
    for (const { entry, key } of hashed) this.remember(key, this.lastSecondOf(entry));
    return { verdict: 'fresh' };
  }

  /** The last second in which some route could still accept the token. */
  private lastSecondOf({ iat, exp }: ReplayEntry): number {
    return Math.ceil(Math.min(exp + this.window.clockSkew, iat + this.window.maxAge)) + 1;
  }

  private remember(key: string, expiry: number): void {
    this.seen.add(key);
    // A key can expire no earlier than the next sweep looks at.
    const second = Math.max(expiry, (this.sweptUntil ?? expiry) + 1);
    const bucket = this.expiring.get(second);
    if (bucket === undefined) this.expiring.set(second, [key]);
    else bucket.push(key);
  }

  /** Forgets what expired before `second`. A clock that goes back forgets nothing. */
  private sweep(second: number): void {
    if (this.sweptUntil === undefined) this.sweptUntil = second - 1;
    if (second - 1 <= this.sweptUntil) return;
    if (second - this.sweptUntil > this.expiring.size) {
      for (const at of [...this.expiring.keys()]) if (at < second) this.forget(at);
    } else {
      for (let at = this.sweptUntil + 1; at < second; at += 1) this.forget(at);
    }
    this.sweptUntil = second - 1;
  }

  private forget(second: number): void {
    for (const key of this.expiring.get(second) ?? []) this.seen.delete(key);
    this.expiring.delete(second);
  }
}
