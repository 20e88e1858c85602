import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { atMost, LONGEST_WAIT_MS } from '../../at-most';
import { FetchError, postBytes, type FetchRules } from '../../fetch';
import { notify } from '../../notices';
import { SoftPasses } from '../../soft-passes';
import { DerError } from '../der';
import { signerOf } from '../judge';
import type { CertificateLink } from '../types';
import { AnswerEntry, type ResponderAnswer } from './answer-book';
import { judgeResponse, type ResponseQuestion } from './judge-response';
import { ocspRequest } from './request';
import { MAX_RESPONSE_SIZE, parseResponse } from './response';
import type { DelegateReader, OcspConfig, OcspVerdict } from './types';

/** Every signer of a large exchange, and more; an entry weighs about a kilobyte. */
const MAX_ENTRIES = 10_000;
/** Questions on their way at a time. */
const MAX_QUESTIONS = 64;
/** Addresses that are tried for one certificate. */
const MAX_URLS = 3;
/** RFC 9654 2.1. */
const NONCE_BYTES = 32;

/** What a keeper cannot know by itself. */
export interface OcspMeans {
  readonly readDelegate: DelegateReader;
  /** Whether a current list says at `now` that this certificate is not revoked. */
  readonly isGoodByList: (link: CertificateLink, now: number) => boolean;
}

/**
 * Asks responders about certificates, beside the requests, and remembers what they said. Whoever judges gets what is in
 * hand. One question per certificate at a time; certificates in use are asked about ahead of the end of their answer.
 */
export class OcspKeeper {
  readonly config: OcspConfig;
  private readonly means: OcspMeans;
  private readonly entries = new LRUCache<string, AnswerEntry>({ max: MAX_ENTRIES });
  private readonly questions = new Map<string, Promise<void>>();
  private readonly rules: FetchRules;
  private readonly configured: readonly URL[];
  private readonly named = new WeakMap<CertificateLink, readonly URL[]>();
  private readonly passes = new SoftPasses('tokens pass with a certificate about which no responder has answered');

  constructor(config: OcspConfig, means: OcspMeans) {
    this.config = config;
    this.means = means;
    this.configured = config.responders.map((url) => new URL(url));
    this.rules = {
      timeoutMs: config.timeoutMs,
      maxBytes: MAX_RESPONSE_SIZE,
      privateHosts: new Set(config.privateHosts),
      types: [RESPONSE_TYPE],
    };
  }

  /** What is in hand about a certificate at `now` (seconds since the epoch). */
  verdict(link: CertificateLink, now: number): OcspVerdict {
    if (this.addresses(link).length === 0) return { status: 'none', reason: 'no responder is configured for it' };
    return this.entries.get(keyOf(link))?.verdict(now) ?? { status: 'none', reason: 'its responder was not asked' };
  }

  /** Asks about what is due. Answers what to wait for: certificates of which nothing current is in hand. */
  prepare(links: readonly CertificateLink[], now: number): Promise<void> | undefined {
    let waiting: Promise<void>[] | undefined;
    for (const link of links) {
      const question = this.asked(link, now);
      if (question !== undefined) (waiting ??= []).push(question);
    }
    return waiting && atMost(LONGEST_WAIT_MS, Promise.all(waiting));
  }

  /** Asks anew about what is in use and due. */
  look(now: number): void {
    for (const [key, entry] of this.entries.entries()) if (entry.isInUse && entry.isDue(now)) this.ask(key, entry, now);
  }

  /** Until all that is on its way has arrived or failed. */
  async settled(): Promise<void> {
    await Promise.all(this.questions.values());
  }

  /** A path is let through at `now` though nothing current says that its certificates are good. */
  letPass(links: readonly CertificateLink[], now: number): void {
    this.passes.note(now, () => signerOf(links));
  }

  /** Paths that were let through so. */
  get unchecked(): number {
    return this.passes.total;
  }

  /** Certificates about which the last question brought nothing. */
  get failing(): number {
    return [...this.entries.values()].filter(({ problem }) => problem !== undefined).length;
  }

  /** The answers in hand, by the time they were given. */
  get answerTimes(): readonly number[] {
    return [...this.entries.values()].flatMap((entry) => entry.thisUpdate() ?? []);
  }

  private asked(link: CertificateLink, now: number): Promise<void> | undefined {
    if (this.addresses(link).length === 0) return undefined;
    const key = keyOf(link);
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = new AnswerEntry(link);
      this.entries.set(key, entry);
    }
    if (entry.isDue(now)) this.ask(key, entry, now);
    return entry.isCurrent(now) ? undefined : this.questions.get(key);
  }

  private ask(key: string, entry: AnswerEntry, now: number): void {
    if (this.questions.has(key) || this.questions.size >= MAX_QUESTIONS) return;
    entry.asked(now);
    const question = this.exchange(entry, now).finally(() => {
      this.questions.delete(key);
    });
    this.questions.set(key, question);
  }

  private async exchange(entry: AnswerEntry, now: number): Promise<void> {
    let problem = '';
    for (const url of this.addresses(entry.link)) {
      try {
        entry.take(await this.answerOf(url, entry.link, now), this.config, now);
        return;
      } catch (error) {
        problem = clauseOf(error);
      }
    }
    if (!entry.fail(problem)) return;
    const fields = { subject: entry.link.subject.slice(0, 100), problem };
    notify({ level: 'error', message: 'a responder gave no usable answer about a certificate', fields });
  }

  private async answerOf(url: URL, link: CertificateLink, now: number): Promise<ResponderAnswer> {
    const { maxAge, trustedResponders, nonce: asksNonce } = this.config;
    const nonce = asksNonce ? randomBytes(NONCE_BYTES) : undefined;
    const body = ocspRequest(link, nonce);
    const der = await postBytes(url, REQUEST_TYPE, body, this.rules);
    const { readDelegate, isGoodByList } = this.means;
    const question: ResponseQuestion = {
      link,
      nonce,
      maxAge,
      now,
      trustedResponders,
      readDelegate,
      isGoodByList: (delegate) => isGoodByList(delegate, now),
    };
    const said = judgeResponse(parseResponse(der), question);
    const { thisUpdate, nextUpdate } = said;
    return { ...said, response: { kind: 'ocsp', der, source: url.href, thisUpdate, nextUpdate, retrievedAt: now } };
  }

  /** Configured ones; else what the certificate names, where its host may be asked. */
  private addresses(link: CertificateLink): readonly URL[] {
    if (this.configured.length > 0) return this.configured;
    const before = this.named.get(link);
    if (before !== undefined) return before;
    const urls = link.responders
      .flatMap((url) => (URL.canParse(url) ? [new URL(url)] : []))
      .filter((url) => url.username === '' && isAllowed(url, this.config.hosts))
      .slice(0, MAX_URLS);
    this.named.set(link, urls);
    return urls;
  }
}

const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([
  ['http:', '80'],
  ['https:', '443'],
]);

/** Whether a host is listed: one without a port means the default port of the URL's scheme, and no other. */
function isAllowed({ protocol, hostname, port }: URL, hosts: readonly string[]): boolean {
  const usual = DEFAULT_PORTS.get(protocol);
  if (usual === undefined) return false;
  const isUsual = port === '' || port === usual;
  const names = [...(isUsual ? [hostname] : []), `${hostname}:${port === '' ? usual : port}`];
  return hosts.some((host) => names.includes(host.toLowerCase()));
}

const REQUEST_TYPE = 'application/ocsp-request';
const RESPONSE_TYPE = 'application/ocsp-response';

/** One authority's numbers are its own. */
const keyOf = ({ issuer, serial }: CertificateLink): string => `${issuer.thumbprint} ${serial.toString('hex')}`;

function clauseOf(error: unknown): string {
  if (error instanceof DerError) return `the answer of its responder ${error.message}`;
  if (error instanceof FetchError) return `its responder could not be asked: ${error.message}`;
  return 'its responder could not be asked';
}
