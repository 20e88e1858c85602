import { fetchBytes, FetchError, type FetchRules } from '../../fetch';
import { thumbprintOf } from '../certificate';
import { pemCertificates, SourceError } from '../source-contents';
import type { Signer, TrustMaterial } from '../types';
import type { X5uConfig } from './types';

/** After a failure the next try waits this long, in seconds, then twice as long each time. */
const FIRST_RETRY = 5;
const LONGEST_RETRY = 300;
/** More is no chain of anybody. */
const MAX_CERTIFICATES = 20;

/** Why there is no chain: the server's trouble, or what it serves. The clause goes on after "it". */
export interface ChainProblem {
  readonly isContent: boolean;
  readonly clause: string;
}

/** The certificates behind one URL: what is in hand, and when to fetch again. */
export class FetchedChain {
  private readonly url: URL;
  private readonly config: Pick<X5uConfig, 'refresh' | 'maxStale'>;
  private readonly rules: FetchRules;
  private chain: readonly Buffer[] | undefined;
  private leaf = '';
  private fetchedAt = -Infinity;
  private dueAt = -Infinity;
  private failures = 0;
  private lastProblem: ChainProblem | undefined;
  private judged: { readonly material: TrustMaterial; readonly signer: Signer } | undefined;

  constructor(url: URL, config: Pick<X5uConfig, 'refresh' | 'maxStale'>, rules: FetchRules) {
    this.url = url;
    this.config = config;
    this.rules = rules;
  }

  /** The chain in hand at `now`, signer first; undefined when none counts. */
  current(now: number): readonly Buffer[] | undefined {
    return now <= this.fetchedAt + this.config.maxStale ? this.chain : undefined;
  }

  isDue(now: number): boolean {
    return now >= this.dueAt;
  }

  /** Whether the chain in hand is another signer's than the token names: it may have been replaced since. */
  isOutdated(thumbprint: string | undefined, now: number, askEvery: number): boolean {
    return thumbprint !== undefined && thumbprint !== this.leaf && now >= this.fetchedAt + askEvery;
  }

  /** Whether its first certificate has this x5t#S256. */
  isOf(thumbprint: string): boolean {
    return this.leaf === thumbprint;
  }

  get problem(): ChainProblem | undefined {
    return this.lastProblem;
  }

  /** The signer of the chain by this material; judged once for each chain. @throws VerificationError as resolveByChain. */
  signer(chain: readonly Buffer[], material: TrustMaterial, now: number): Signer {
    const { judged } = this;
    if (judged?.material === material && now >= judged.signer.notBefore && now <= judged.signer.notAfter) {
      return judged.signer;
    }
    const signer = material.byChain(chain, now);
    this.judged = { material, signer };
    return signer;
  }

  /** Fetches; what cannot be used leaves the chain before, to its limit. Never rejects. */
  async renew(now: number): Promise<void> {
    // Until the outcome is known; also what a failure leaves behind.
    this.dueAt = now + Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** this.failures);
    this.failures += 1;
    try {
      const chain = readX5u(await fetchBytes(this.url, this.rules));
      this.chain = chain;
      this.leaf = thumbprintOf(chain[0] ?? Buffer.alloc(0));
      this.judged = undefined;
      this.fetchedAt = now;
      this.dueAt = now + this.config.refresh;
      this.failures = 0;
      this.lastProblem = undefined;
    } catch (error) {
      this.lastProblem = problemOf(error);
    }
  }
}

/**
 * The DER of the certificates that an x5u leads to: PEM, signer first (RFC 7515 4.1.5). They are not looked into.
 * @throws SourceError for anything else; the message goes on after "it".
 */
export function readX5u(bytes: Buffer): readonly Buffer[] {
  const chain = pemCertificates(bytes.toString('latin1'), 'it');
  if (chain.length > MAX_CERTIFICATES) throw new SourceError(`it holds ${chain.length} certificates`);
  return chain;
}

function problemOf(error: unknown): ChainProblem {
  if (error instanceof SourceError) return { isContent: true, clause: error.message };
  return { isContent: false, clause: error instanceof FetchError ? error.message : 'unknown error' };
}
