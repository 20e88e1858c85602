import { CircuitBreaker } from './circuit-breaker';
import { CLAIM_SCRIPT, CLAIM_SHA1, claimArguments, claimKeys, verdictOf } from './claim-script';
import { Link } from './link';
import type { ReplaySettings } from './settings';
import type { ReplayEntry, ReplayStore, ReplayVerdict, ReplayWindow, Resend } from '../types';

/**
 * The tokens accepted by all gateways that share a Redis or Valkey. One round trip per request, whatever its tokens.
 * A claim takes at most the configured timeout; what cannot be asked, or does not answer in time, is `down`. A claim
 * that timed out may still have been carried out: its token then counts as used, never as unused.
 */
export class RedisReplayStore implements ReplayStore {
  readonly breaker = new CircuitBreaker();
  /** Claims that the store did not answer. */
  outages = 0;
  private readonly settings: ReplaySettings;
  private readonly link: Link;
  private readonly window: () => ReplayWindow;
  private readonly clock: () => number;

  /** `clock` gives milliseconds and never goes back. */
  constructor(settings: ReplaySettings, window: () => ReplayWindow, clock = (): number => performance.now()) {
    this.settings = settings;
    this.link = new Link(settings);
    this.window = window;
    this.clock = clock;
  }

  async claim(entries: readonly ReplayEntry[], now: number, resend?: Resend): Promise<ReplayVerdict> {
    const refusedFor = this.breaker.refusedFor(this.clock());
    if (refusedFor > 0) return this.down(refusedFor);
    try {
      const reply = await within(this.settings.config.timeout, this.ask(entries, now, resend));
      const verdict = verdictOf(reply, entries);
      this.recovered();
      return verdict;
    } catch (error) {
      return this.failed(error instanceof Error ? error.message : String(error));
    }
  }

  close(): Promise<void> {
    return this.link.close();
  }

  private async ask(entries: readonly ReplayEntry[], now: number, resend: Resend | undefined): Promise<unknown> {
    const { timeout, prefix } = this.settings.config;
    const client = await this.link.ready(timeout);
    const keys = claimKeys(prefix, entries);
    const values = claimArguments(entries, now, this.window(), resend);
    try {
      return await client.evalsha(CLAIM_SHA1, keys.length, ...keys, ...values);
    } catch (error) {
      // A server that was restarted, or a new master, has not seen the script yet.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return client.eval(CLAIM_SCRIPT, keys.length, ...keys, ...values);
    }
  }

  private failed(problem: string): ReplayVerdict {
    this.link.tell(problem);
    // A server that says that it is full is there: it is asked again by the next request.
    if (/\bOOM\b/.test(problem)) {
      this.breaker.succeeded();
      return { verdict: 'full' };
    }
    this.breaker.failed(this.clock());
    return this.down(0);
  }

  private recovered(): void {
    this.breaker.succeeded();
    this.link.tellRecovery();
  }

  private down(milliseconds: number): ReplayVerdict {
    this.outages += 1;
    return { verdict: 'down', retryAfter: Math.max(1, Math.ceil(milliseconds / 1000)) };
  }
}

/** Rejects when `work` has not ended in time; its later end is of no interest. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${milliseconds} ms`));
    }, milliseconds);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
