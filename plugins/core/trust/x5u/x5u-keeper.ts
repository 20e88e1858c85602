import { LRUCache } from 'lru-cache';
import { atMost, LONGEST_WAIT_MS } from '../../at-most';
import { VerificationError } from '../../errors';
import type { FetchRules } from '../../fetch';
import { notify } from '../../notices';
import type { Signer, TrustMaterial } from '../types';
import { FetchedChain } from './fetched-chain';
import type { UrlReference, X5uConfig } from './types';

/** Addresses that are remembered: those whose chain was trusted, and as many others, also without a chain. */
const MAX_CHAINS = 1000;
const MAX_BYTES = 64 * 1024;
const TIMEOUT_MS = 3000;
/** Fetches on their way at a time, of addresses that strangers may have made up; of all together twice as many. */
const MAX_FETCHES = 16;
/** Strangers choose the paths: so many fetches of addresses without a chain in hand per minute, and no more. */
const MAX_NEW_PER_MINUTE = 120;
/** A chain of another signer than the token names is fetched anew no more often than this, in seconds. */
const ASKED_EVERY = 30;

/** RFC 8555 9.1, RFC 7468, and what servers send instead. */
const TYPES = [
  'application/pem-certificate-chain',
  'application/x-pem-file',
  'application/x-x509-ca-cert',
  'application/x-x509-user-cert',
  'application/octet-stream',
  'text/plain',
];

/** Fetches the chains that tokens name by x5u, from allowed hosts alone, and remembers them, and failures too. */
export class X5uKeeper {
  /** Hosts as URLs have them, with a port where it is not 443. */
  readonly hosts: ReadonlySet<string>;
  private readonly config: X5uConfig;
  private readonly rules: FetchRules;
  /** Whatever tokens name, before anybody has looked at their signature. */
  private readonly named: LRUCache<string, FetchedChain>;
  /** Those that had a trusted chain: no address that is made up takes their place, or their turn. */
  private readonly trusted: LRUCache<string, FetchedChain>;
  private readonly fetches = new Map<string, Promise<void>>();
  private minute = -Infinity;
  private newInMinute = 0;
  private failures = 0;

  /** `max`: addresses that are remembered, of either sort. */
  constructor(config: X5uConfig, max = MAX_CHAINS) {
    this.config = config;
    this.named = new LRUCache({ max });
    this.trusted = new LRUCache({ max });
    this.hosts = new Set(config.hosts);
    this.rules = {
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      privateHosts: new Set(config.privateHosts),
      types: TYPES,
      ...(config.ca === undefined ? {} : { ca: config.ca }),
    };
  }

  /**
   * The signer of the chain behind a URL by this material at `now` (seconds since the epoch), exactly as if the token
   * had carried the chain.
   *
   * @throws VerificationError MODI_X5U_DOWN, MODI_X5U_CONTENT, MODI_KEY_REFERENCE_CONFLICT; what resolveByChain throws.
   */
  byUrl({ url, x5c, thumbprint }: UrlReference, material: TrustMaterial, now: number): Signer {
    const entry = this.entryOf(url);
    const chain = entry?.current(now);
    if (entry === undefined || chain === undefined) throw absence(entry);
    const [leaf] = chain;
    const isSame = x5c?.[0] === undefined || leaf?.equals(x5c[0]) === true;
    if (!isSame || (thumbprint !== undefined && !entry.isOf(thumbprint))) {
      throw new VerificationError('MODI_KEY_REFERENCE_CONFLICT');
    }
    const signer = entry.signer(chain, material, now);
    if (this.named.delete(url)) this.trusted.set(url, entry);
    return signer;
  }

  /** What to wait for before the signer is looked up at `now`; undefined, as nearly always: it is in hand. */
  prepare({ url, thumbprint }: UrlReference, now: number): Promise<void> | undefined {
    const entry = this.entryOf(url) ?? new FetchedChain(new URL(url), this.config, this.rules);
    const isOutdated = entry.current(now) !== undefined && entry.isOutdated(thumbprint, now, ASKED_EVERY);
    if (entry.isDue(now) || isOutdated) this.start(url, entry, now);
    if (entry.current(now) !== undefined && !isOutdated) return undefined;
    const fetching = this.fetches.get(url);
    return fetching && atMost(LONGEST_WAIT_MS, fetching);
  }

  private entryOf(url: string): FetchedChain | undefined {
    return this.trusted.get(url) ?? this.named.get(url);
  }

  /** Nothing is renewed that no token names. */
  look(): void {
    return;
  }

  /** Until what is on its way has arrived or failed. */
  async settled(): Promise<void> {
    await Promise.all(this.fetches.values());
  }

  /** Chains in hand and failures remembered. */
  get size(): number {
    return this.named.size + this.trusted.size;
  }

  /** Fetches that brought no chain, since the start. */
  get failed(): number {
    return this.failures;
  }

  private start(url: string, entry: FetchedChain, now: number): void {
    const isTrusted = this.trusted.has(url);
    if (this.fetches.has(url) || this.fetches.size >= (isTrusted ? 2 * MAX_FETCHES : MAX_FETCHES)) return;
    if (!isTrusted && entry.current(now) === undefined && !this.mayAskAnew(now)) return;
    // Only what is asked for is remembered: else made-up addresses would push out each other's answers.
    if (!isTrusted) this.named.set(url, entry);
    const fetching = this.fetch(url, entry, now).finally(() => {
      this.fetches.delete(url);
    });
    this.fetches.set(url, fetching);
  }

  private mayAskAnew(now: number): boolean {
    if (Math.abs(now - this.minute) >= 60) {
      this.minute = now;
      this.newInMinute = 0;
    }
    this.newInMinute += 1;
    return this.newInMinute <= MAX_NEW_PER_MINUTE;
  }

  private async fetch(url: string, entry: FetchedChain, now: number): Promise<void> {
    const before = entry.problem?.clause;
    await entry.renew(now);
    const { problem } = entry;
    if (problem === undefined) return;
    this.failures += 1;
    if (problem.clause === before) return;
    const fields = { host: new URL(url).host, problem: problem.clause };
    notify({ level: 'warn', message: 'no certificates behind an x5u', fields });
  }
}

function absence(entry: FetchedChain | undefined): VerificationError {
  const problem = entry?.problem;
  if (problem?.isContent === true) return new VerificationError('MODI_X5U_CONTENT', { reason: problem.clause });
  return new VerificationError('MODI_X5U_DOWN', { reason: problem?.clause ?? 'there is no answer yet' });
}
