import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fetchBytes, FetchError } from '../fetch';
import { fileStamp } from '../file-stamp';
import { ConfigError } from '../schema';
import { MAX_CRL_SIZE } from './crl';
import { DerError } from './der';
import { takeInHand, type HeldCrl } from './held-crl';
import type { IssuerList } from './types';

/** A fetch runs beside the requests: it may take its time, but not for ever. */
const FETCH_TIMEOUT_MS = 15_000;
/** After a failure the next try waits this long, in seconds, then twice as long each time. */
const FIRST_RETRY = 10;
const LONGEST_RETRY = 600;
/** Looked at no more often than this, in seconds. */
const LOOK_EVERY = 1;
/** Fetched no more often than this, in seconds. */
const FETCH_EVERY = 60;

/** One configured list: what is in hand of it, and how it is renewed. */
export interface CrlSource {
  /** How logs call it. */
  readonly origin: string;
  readonly held: HeldCrl | undefined;
  /** Whether a renewal is due at `now`. */
  isDue(now: number): boolean;
  /** Renews; a list that cannot be used leaves the one before. Rejects with DerError, FetchError or a file system's error. */
  renew(now: number): Promise<void>;
}

/** A list in a file, or in the configuration itself; read at once, and again whenever the file changes. */
export class FileSource implements CrlSource {
  readonly origin: string;
  held: HeldCrl | undefined;
  private readonly path: string | undefined;
  private readonly issuers: IssuerList;
  private stamp = '';
  private refusal: Error | undefined;
  private lookedAt: number;

  /** @throws ConfigError naming `field` when there is no usable list to begin with. */
  constructor(value: string, field: string, issuers: IssuerList, now: number) {
    const isInline = value.includes('-----BEGIN');
    this.origin = isInline ? 'the PEM text' : `the file "${value}"`;
    this.path = isInline ? undefined : resolve(process.env['MODI_HOME'] ?? '.', value);
    this.issuers = issuers;
    this.lookedAt = now;
    try {
      this.held = takeInHand(
        this.path === undefined ? Buffer.from(value) : this.readFirst(this.path),
        issuers(),
        undefined,
        this.origin,
        now,
      );
    } catch (error) {
      throw new ConfigError(field, `${this.origin} ${clauseOf(error)}`, { cause: error });
    }
  }

  isDue(now: number): boolean {
    return this.path !== undefined && Math.abs(now - this.lookedAt) >= LOOK_EVERY;
  }

  async renew(now: number): Promise<void> {
    this.lookedAt = now;
    if (this.path === undefined) return;
    const stamp = fileStamp(await stat(this.path));
    if (stamp === this.stamp) {
      // What was refused once is not read again until it changes, and is still refused.
      if (this.refusal !== undefined) throw this.refusal;
      return;
    }
    const bytes = await readFile(this.path);
    // Written while it was read: the next look finds it whole.
    if (fileStamp(await stat(this.path)) !== stamp) return;
    this.stamp = stamp;
    try {
      this.held = takeInHand(bytes, this.issuers(), this.held, this.origin, now);
      this.refusal = undefined;
    } catch (error) {
      this.refusal = error instanceof Error ? error : new Error(String(error));
      throw this.refusal;
    }
  }

  private readFirst(path: string): Buffer {
    const stats = statSync(path);
    if (stats.size > MAX_CRL_SIZE) throw new DerError(`has more than ${MAX_CRL_SIZE} bytes`);
    this.stamp = fileStamp(stats);
    return readFileSync(path);
  }
}

/** A list behind a URL; fetched ahead of its nextUpdate. */
export class UrlSource implements CrlSource {
  readonly origin: string;
  held: HeldCrl | undefined;
  private readonly url: URL;
  private readonly issuers: IssuerList;
  private readonly refresh: number;
  private readonly privateHosts: readonly string[];
  private dueAt = -Infinity;
  private failures = 0;

  constructor(url: URL, issuers: IssuerList, refresh: number, privateHosts: readonly string[]) {
    this.url = url;
    this.origin = url.href;
    this.issuers = issuers;
    this.refresh = refresh;
    this.privateHosts = privateHosts;
  }

  isDue(now: number): boolean {
    return now >= this.dueAt;
  }

  async renew(now: number): Promise<void> {
    // Until the outcome is known; also what a failure leaves behind.
    this.dueAt = now + Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** this.failures);
    this.failures += 1;
    const bytes = await fetchedCrl(this.url, this.privateHosts);
    this.held = takeInHand(bytes, this.issuers(), this.held, this.origin, now);
    this.failures = 0;
    this.dueAt = now + this.patience(this.held, now);
  }

  /** Ahead of nextUpdate by a tenth of the list's term, at least a minute and at most `refresh` from now. */
  private patience({ crl: { thisUpdate, nextUpdate } }: HeldCrl, now: number): number {
    const ahead = nextUpdate - (nextUpdate - thisUpdate) / 10 - now;
    return Math.max(FETCH_EVERY, Math.min(this.refresh, ahead));
  }
}

/** What stands behind the URL of a list, not looked into. @throws FetchError (rejects). */
export const fetchedCrl = (url: URL, privateHosts: readonly string[]): Promise<Buffer> =>
  fetchBytes(url, {
    timeoutMs: FETCH_TIMEOUT_MS,
    maxBytes: MAX_CRL_SIZE,
    privateHosts: new Set(privateHosts),
    types: TYPES,
  });

/** RFC 5280 4.2.1.13 and what servers send instead. */
const TYPES = [
  'application/pkix-crl',
  'application/x-pkcs7-crl',
  'application/x-pem-file',
  'application/octet-stream',
  'binary/octet-stream',
];

/** What is wrong with a list, as the rest of a sentence that begins with its origin; ASCII. */
export function clauseOf(error: unknown): string {
  if (error instanceof DerError) return error.message;
  if (error instanceof FetchError) return `could not be fetched: ${error.message}`;
  const { code, name } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return `failed with ${name}`;
  return code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
}
