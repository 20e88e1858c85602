import { hash } from './hash';
import { lastSecondOf, widest } from './window';
import type { ReplayEntry, ReplayStore, ReplayVerdict, ReplayWindow, Resend } from './types';

/** What is remembered of a token that may come again with the same message. */
interface Message {
  readonly fingerprint: string;
  readonly attempts: number;
  /** The second it expires at: a resent token may live longer than the first one. */
  readonly until: number;
}

interface Hashed {
  readonly entry: ReplayEntry;
  readonly key: string;
}

/**
 * The tokens accepted by this process. Claiming is atomic (one turn of the event loop): all entries of a request
 * are taken, or none. An entry stays until no route could accept its token any more. Bounded: when full, nothing
 * more is accepted, because what is not remembered cannot be refused.
 */
export class MemoryReplayStore implements ReplayStore {
  /** Each token's message, or undefined for one that may not come again. */
  private readonly seen = new Map<string, Message | undefined>();
  /** Second of expiry to the keys that expire then. */
  private readonly expiring = new Map<number, string[]>();
  /** The last second that nothing is remembered of. */
  private sweptUntil = -Infinity;
  private widestWindow: ReplayWindow = { maxAge: 0, clockSkew: 0, maxEntries: 0 };

  /** Wide enough for every route of the process. */
  get window(): ReplayWindow {
    return this.widestWindow;
  }

  get size(): number {
    return this.seen.size;
  }

  /** Widens the window to hold another route's tokens; it never narrows. */
  widen(window: ReplayWindow): void {
    this.widestWindow = widest(this.widestWindow, window);
  }

  claim(entries: readonly ReplayEntry[], now: number, resend?: Resend): ReplayVerdict {
    this.sweep(Math.floor(now));
    const hashed = entries.map((entry) => ({ entry, key: hash(entry.key) }));
    const known = hashed.filter(({ key }) => this.seen.has(key));
    const refusal = this.refusalOf(known, resend);
    if (refusal !== undefined) return refusal;
    if (this.seen.size + hashed.length - known.length > this.window.maxEntries) return { verdict: 'full' };
    const attempts = known.map(({ key }) => (this.seen.get(key)?.attempts ?? 0) + 1);
    for (const one of hashed) this.remember(one, resend);
    return attempts.length === 0 ? { verdict: 'fresh' } : { verdict: 'resent', attempt: Math.max(...attempts) };
  }

  /** Why tokens that were seen before cannot be taken again, or undefined when all of them can. */
  private refusalOf(known: readonly Hashed[], resend: Resend | undefined): ReplayVerdict | undefined {
    for (const { entry, key } of known) {
      const message = this.seen.get(key);
      if (resend === undefined || message?.fingerprint !== resend.fingerprint) {
        return { verdict: 'seen', kind: entry.kind };
      }
    }
    for (const { entry, key } of known) {
      const { attempts = 0 } = this.seen.get(key) ?? {};
      if (attempts > (resend?.max ?? 0)) return { verdict: 'exhausted', kind: entry.kind, attempts };
    }
    return undefined;
  }

  private remember({ entry, key }: Hashed, resend: Resend | undefined): void {
    const expiry = lastSecondOf(entry, this.window);
    const before = this.seen.get(key);
    // No earlier than it was to: a resent token may live shorter than the first one.
    const second = Math.max(expiry, before?.until ?? 0);
    const message = resend && {
      fingerprint: resend.fingerprint,
      attempts: (before?.attempts ?? 0) + 1,
      until: second,
    };
    this.seen.set(key, message);
    const bucket = this.expiring.get(second);
    if (bucket === undefined) this.expiring.set(second, [key]);
    else bucket.push(key);
  }

  /** Forgets what expired before `second`. A clock that goes back forgets nothing. */
  private sweep(second: number): void {
    if (second - 1 <= this.sweptUntil) return;
    // One place for each second of the window, looked at once a second: too little to keep in order.
    for (const [at, keys] of this.expiring) if (at < second) this.forget(at, keys);
    this.sweptUntil = second - 1;
  }

  private forget(second: number, keys: readonly string[]): void {
    for (const key of keys) {
      // A resent token stands in two places; the later one counts.
      if ((this.seen.get(key)?.until ?? second) <= second) this.seen.delete(key);
    }
    this.expiring.delete(second);
  }
}
