import { DerError } from '../der';
import { CLOCK_TOLERANCE } from '../held-crl';
import type { CertificateLink, RevocationAnswer } from '../types';
import type { SingleResponse } from './response';
import type { OcspConfig, OcspVerdict } from './types';

/** How long an answer without nextUpdate counts, in seconds. */
const WITHOUT_NEXT_UPDATE = 3600;
/** A certificate is asked about no more often than this, in seconds. */
const ASK_EVERY = 30;
/** After a failure the next question waits this long, in seconds, then twice as long each time. */
const FIRST_RETRY = 5;
const LONGEST_RETRY = 300;

/** What a responder has said about one certificate, and its response as evidence. */
export interface ResponderAnswer extends SingleResponse {
  readonly response: RevocationAnswer;
}

/** What is in hand about one certificate, and when to ask again. */
export class AnswerEntry {
  readonly link: CertificateLink;
  private answer: ResponderAnswer | undefined;
  private until = -Infinity;
  private dueAt = -Infinity;
  private failures = 0;
  private lastProblem: string | undefined;
  private usedAt = -Infinity;
  private askedAt = -Infinity;

  constructor(link: CertificateLink) {
    this.link = link;
  }

  /** What it says at `now`. Whom an answer called revoked stays so until another one says better. */
  verdict(now: number): OcspVerdict {
    this.usedAt = now;
    const { answer } = this;
    if (answer !== undefined && typeof answer.status === 'object') return { status: 'revoked', ...answer.status };
    if (answer?.status === 'good' && now <= this.until) return { status: 'good', answer: answer.response };
    if (answer?.status === 'unknown' && now <= this.until) return { status: 'unknown' };
    return { status: 'none', reason: this.lastProblem ?? 'its responder has not answered yet' };
  }

  isCurrent(now: number): boolean {
    return this.answer !== undefined && (now <= this.until || typeof this.answer.status === 'object');
  }

  /** Whether it is time to ask. */
  isDue(now: number): boolean {
    return now >= this.dueAt;
  }

  /** Whether somebody has needed it since it was asked about last. */
  get isInUse(): boolean {
    return this.usedAt >= this.askedAt;
  }

  get problem(): string | undefined {
    return this.lastProblem;
  }

  /** A question is on its way; should nothing come of it, this is when the next one may go. */
  asked(now: number): void {
    this.askedAt = now;
    this.dueAt = now + Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** this.failures);
    this.failures += 1;
  }

  /** @throws DerError for an answer older than the one in hand. */
  take(answer: ResponderAnswer, { maxAge, refresh }: Pick<OcspConfig, 'maxAge' | 'refresh'>, now: number): void {
    if (this.answer !== undefined && answer.thisUpdate < this.answer.thisUpdate) {
      throw new DerError('is older than the one in hand');
    }
    const end = Math.min(answer.nextUpdate ?? now + WITHOUT_NEXT_UPDATE, answer.thisUpdate + maxAge);
    this.answer = answer;
    this.until = end + CLOCK_TOLERANCE;
    // Ahead of the end by a tenth of the term.
    const ahead = end - (end - answer.thisUpdate) / 10;
    this.dueAt = Math.max(now + ASK_EVERY, Math.min(now + refresh, ahead));
    this.failures = 0;
    this.lastProblem = undefined;
  }

  /** Answers whether it is another problem than before. */
  fail(problem: string): boolean {
    const isNew = this.lastProblem !== problem;
    this.lastProblem = problem;
    return isNew;
  }

  /** Age of the answer in hand, by its thisUpdate. */
  thisUpdate(): number | undefined {
    return this.answer?.thisUpdate;
  }
}
