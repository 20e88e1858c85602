import { fetchBytes, type FetchRules } from '../fetch';
import type { SignerKey } from '../trust';
import { Backoff } from './backoff';
import { patiently } from './patience';
import { clauseOf } from './platform-error';
import { ProblemLog } from './problem-log';
import { readJwks } from './read-jwks';
import type { VoucherKey } from './types';

/** After a failed fetch, in seconds. */
const FIRST_RETRY = 2;
const LONGEST_RETRY = 60;
/** From this part of its life on, the set is fetched again beside the requests. */
const AHEAD = 0.8;

export interface KeySetTerms {
  readonly uri: URL;
  /** How logs call it. */
  readonly what: string;
  /** Longest time between two fetches, in seconds. */
  readonly refresh: number;
  /** An unknown kid makes the set be fetched no more often than this, in seconds. */
  readonly cooldown: number;
  /** How long keys serve after the last fetch that worked, in seconds; at least `refresh`. */
  readonly maxStale: number;
  readonly rules: FetchRules;
}

/** Why there is no key: the set does not have it, or there is no set that could still be believed. */
export type KeyAbsence =
  { readonly absent: 'unknown' } | { readonly absent: 'unavailable'; readonly retryAfter: number };

const UNKNOWN: KeyAbsence = { absent: 'unknown' };

/**
 * A JWK Set behind a URL, kept current beside the requests. A key that is in hand is answered at once; only one that is
 * not is waited for, and not for long. A set takes the place of another only when all of it is good.
 */
export class KeySet {
  readonly log: ProblemLog;
  private readonly terms: KeySetTerms;
  private readonly backoff = new Backoff(FIRST_RETRY, LONGEST_RETRY);
  private keys: ReadonlyMap<string, VoucherKey> = new Map();
  private fetchedAt = -Infinity;
  private triedAt = -Infinity;
  private flight: Promise<void> | undefined;

  constructor(terms: KeySetTerms) {
    this.terms = terms;
    this.log = new ProblemLog(terms.what);
  }

  /** The key at `now` (seconds); a promise only when it is worth waiting for a fetch. Never rejects. */
  find(kid: string, now: number): VoucherKey | KeyAbsence | Promise<VoucherKey | KeyAbsence> {
    this.look(now);
    const found = this.inHand(kid, now);
    if (!('absent' in found)) return found;
    if (now >= this.triedAt + this.terms.cooldown) this.fetch(now);
    return this.flight === undefined ? found : patiently(this.flight).then(() => this.inHand(kid, now));
  }

  /** Starts a fetch when one is due: ahead of the end of the set's life, or when the clock was set back. */
  look(now: number): void {
    if (now >= this.fetchedAt + this.terms.refresh * AHEAD || now < this.fetchedAt) this.fetch(now);
  }

  async settled(): Promise<void> {
    await this.flight;
  }

  /** Seconds since the last fetch that worked; infinite before the first. */
  age(now: number): number {
    return now - this.fetchedAt;
  }

  private inHand(kid: string, now: number): VoucherKey | KeyAbsence {
    const { refresh, maxStale } = this.terms;
    const isStale = this.age(now) > Math.max(refresh, maxStale);
    const key = isStale ? undefined : this.keys.get(kid);
    if (key !== undefined) return key;
    // While the set cannot be fetched nobody knows whether it has the key by now.
    if (!isStale && !this.log.failing) return UNKNOWN;
    return { absent: 'unavailable', retryAfter: Math.max(1, this.backoff.wait(now)) };
  }

  /** One at a time, and not while the platform is left alone. */
  private fetch(now: number): void {
    if (this.flight !== undefined || this.backoff.wait(now) > 0) return;
    this.triedAt = now;
    this.flight = this.renew(now).finally(() => {
      this.flight = undefined;
    });
  }

  private async renew(now: number): Promise<void> {
    const { uri, rules } = this.terms;
    try {
      this.take(readJwks(await fetchBytes(uri, rules)), now);
      this.backoff.succeeded();
      this.log.solved();
    } catch (error) {
      this.backoff.failed(now);
      this.log.report(clauseOf(error));
    }
  }

  private take(keys: ReadonlyMap<string, SignerKey>, now: number): void {
    this.keys = new Map([...keys].map(([kid, key]) => [kid, { kid, key, fetchedAt: now }]));
    this.fetchedAt = now;
  }
}
