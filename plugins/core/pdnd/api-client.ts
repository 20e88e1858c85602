import { fetchAnswer, type FetchAnswer, type FetchRules } from '../fetch';
import type { JsonObject } from '../token';
import { Backoff } from './backoff';
import type { KeySet } from './key-set';
import type { OwnClient } from './own-client';
import { clauseOf, PlatformError } from './platform-error';
import { ProblemLog } from './problem-log';
import { readJson } from './read-json';
import { retryAfterOf } from './retry-after';
import { signatureOf, verifyAnswer } from './signed-answer';

/** After failures, in seconds. */
const LONGEST_RETRY = 60;

interface ApiTerms {
  /** With the version, without a slash at the end. */
  readonly base: string;
  readonly client: OwnClient;
  /** What is asked for, for logs. */
  readonly what: string;
  /** After a failure, in seconds; 0: only as long as the platform asks for. */
  readonly firstRetry: number;
  /** What answers are signed with; undefined for the versions that do not sign. */
  readonly answerKeys: KeySet | undefined;
  readonly rules: FetchRules;
}

/** The platform's API: asked with our own voucher, with DPoP and verified answers where the version has them. */
export class ApiClient {
  readonly log: ProblemLog;
  private readonly terms: ApiTerms;
  private readonly backoff: Backoff;
  /** iss of signed answers: the API without its version. */
  private readonly issuer: string;

  constructor(terms: ApiTerms) {
    this.terms = terms;
    this.log = new ProblemLog(terms.what);
    this.backoff = new Backoff(terms.firstRetry, LONGEST_RETRY);
    this.issuer = terms.base.slice(0, terms.base.lastIndexOf('/'));
  }

  /** Seconds for which the platform is left alone; 0 when it may be asked. */
  wait(now: number): number {
    return this.backoff.wait(now);
  }

  /**
   * What `read` makes of the object behind a path at `now` (seconds); of undefined when the platform has none (404).
   * Path segments and query must be fit for a URL. Rejects with PlatformError, FetchError or what `read` throws, and
   * the operator has then been told.
   */
  async get<T>(path: string, now: number, read: (answer: JsonObject | undefined) => T): Promise<T> {
    try {
      const found = read(await this.ask(path, now));
      this.backoff.succeeded();
      this.log.solved();
      return found;
    } catch (error) {
      this.log.report(clauseOf(error));
      this.backoff.failed(now, error instanceof PlatformError ? error.retryAfter : undefined);
      throw error;
    }
  }

  private async ask(path: string, now: number): Promise<JsonObject | undefined> {
    let answer = await this.send(path, now);
    // Once more with a fresh voucher: the one in hand may have been withdrawn.
    if (answer.status === 401) answer = await this.send(path, now);
    const { status, headers, body } = answer;
    if (status !== 200 && status !== 404) {
      const permanent = status === 400;
      throw new PlatformError(`the API answers ${status}`, { permanent, retryAfter: retryAfterOf(headers) });
    }
    await this.verify(answer, now);
    return status === 404 ? undefined : readJson(body);
  }

  private async send(path: string, now: number): Promise<FetchAnswer> {
    const { base, client, rules } = this.terms;
    const voucher = await client.voucher(now);
    const { dpop } = client;
    const url = base + path;
    const headers: Record<string, string> =
      dpop === undefined
        ? { Authorization: `Bearer ${voucher.token}` }
        : { Authorization: `DPoP ${voucher.token}`, DPoP: dpop.prove('GET', withoutQuery(url), now, voucher.token) };
    const answer = await fetchAnswer(new URL(url), { method: 'GET', headers }, rules);
    if (answer.status === 401) client.drop(voucher);
    return answer;
  }

  private async verify(answer: FetchAnswer, now: number): Promise<void> {
    const { answerKeys, client } = this.terms;
    if (answerKeys === undefined) return;
    const signature = signatureOf(answer);
    const found = await answerKeys.find(signature.kid, now);
    if ('absent' in found) throw new PlatformError(`the key of the signed answer is ${found.absent}`);
    verifyAnswer(answer, signature, found.key, { issuer: this.issuer, clientId: client.id, now });
  }
}

/** RFC 9449 4.2: htu has neither query nor fragment. */
const withoutQuery = (url: string): string => url.split('?')[0] ?? url;
