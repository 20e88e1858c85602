import { fetchBytes, FetchError } from '../../fetch';
import { notify } from '../../notices';
import { SourceError } from '../source-contents';
import { contentOf, readJwks, type JwkSet } from './read-jwks';
import type { JwksConfig, KeySource, TrustedKey } from './types';

const MAX_BYTES = 1024 * 1024;
const TIMEOUT_MS = 5000;
/** After a failure the next try waits this long, in seconds, then twice as long each time. */
const FIRST_RETRY = 5;
const LONGEST_RETRY = 300;
/** An unknown kid may be that of a new key; it makes a set be fetched no more often than this, in seconds. */
const ASKED_EVERY = 30;

const TYPES = ['application/jwk-set+json', 'application/json'];

/** A JWK Set behind a URL: fetched beside the requests, and kept while the server is down, to a limit. */
export class JwksUrlSource implements KeySource {
  readonly origin: string;
  private readonly url: URL;
  private readonly config: JwksConfig;
  sets: readonly JwkSet[] = [];
  private fetchedAt = -Infinity;
  private startedAt = -Infinity;
  private dueAt = -Infinity;
  private failures = 0;
  private fetching: Promise<void> | undefined;
  private lastProblem: string | undefined;

  constructor(url: URL, config: JwksConfig) {
    this.url = url;
    this.origin = url.href;
    this.config = config;
  }

  find(kid: string): TrustedKey | undefined {
    return this.sets[0]?.keys.get(kid);
  }

  isUsable(now: number): boolean {
    return now <= this.fetchedAt + this.config.maxStale;
  }

  get keys(): readonly TrustedKey[] {
    return this.sets.flatMap(({ keys }) => [...keys.values()]);
  }

  /** Why the last fetch brought nothing; undefined when it did. */
  get problem(): string | undefined {
    return this.lastProblem;
  }

  /** When the set in hand was fetched, in seconds since the epoch. */
  get heldSince(): number | undefined {
    return this.sets.length === 0 ? undefined : this.fetchedAt;
  }

  /** Starts a fetch when one is due at `now`. */
  tend(now: number): void {
    if (now >= this.dueAt) this.start(now);
  }

  /** The fetch that may bring a key that is not in hand: the one on its way, or a new one if there was none lately. */
  wanted(now: number): Promise<void> | undefined {
    this.tend(now);
    // One that is down, or being asked, is tried again when that is due, whoever wants it.
    if (this.failures === 0 && Math.abs(now - this.startedAt) >= ASKED_EVERY) this.start(now);
    return this.fetching;
  }

  /** Until what is on its way has arrived or failed. */
  async settled(): Promise<void> {
    await this.fetching;
  }

  private start(now: number): void {
    this.fetching ??= this.fetch(now).finally(() => {
      this.fetching = undefined;
    });
  }

  private async fetch(now: number): Promise<void> {
    this.startedAt = now;
    // Until the outcome is known; also what a failure leaves behind.
    this.dueAt = now + Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** this.failures);
    this.failures += 1;
    try {
      const set = readJwks(await fetchedJwks(this.url, this.config), 'it', this.config.extendedKeyUsage);
      this.take(set, now);
    } catch (error) {
      this.report(clauseOf(error));
    }
  }

  private take(set: JwkSet, now: number): void {
    const isChanged = contentOf(set) !== this.sets.map(contentOf)[0];
    this.sets = [set];
    this.fetchedAt = now;
    this.failures = 0;
    this.dueAt = now + this.config.refresh;
    this.lastProblem = undefined;
    if (!isChanged) return;
    const fields = { source: this.origin, keys: set.keys.size, skipped: set.skipped };
    notify({ level: 'info', message: 'a JWK Set is in use', fields });
  }

  /** Told once per problem, not once per try. */
  private report(problem: string): void {
    if (this.lastProblem === problem) return;
    this.lastProblem = problem;
    const fields = { source: this.origin, problem };
    notify({ level: 'error', message: 'a JWK Set cannot be renewed; one in hand stays in use to its limit', fields });
  }
}

/** What stands behind the URL of a set, not looked into. @throws FetchError (rejects). */
export const fetchedJwks = (url: URL, { privateHosts, ca }: Pick<JwksConfig, 'privateHosts' | 'ca'>): Promise<Buffer> =>
  fetchBytes(url, {
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    privateHosts: new Set(privateHosts),
    types: TYPES,
    ...(ca === undefined ? {} : { ca }),
  });

function clauseOf(error: unknown): string {
  if (error instanceof SourceError) return error.message;
  return `could not be fetched: ${error instanceof FetchError ? error.message : 'unknown error'}`;
}
