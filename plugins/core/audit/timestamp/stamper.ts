import { randomBytes } from 'node:crypto';
import { notify } from '../../notices';
import type { NewRecord } from '../chain';
import { timestampRequest } from './request';
import { openTimestamp, tokenIn } from './token';

/** Which authority to ask, and how often. */
export interface StamperSettings {
  readonly url: string;
  /** At least so many seconds from one time stamp to the next. */
  readonly every: number;
  /** Seconds that the authority has for its answer. */
  readonly timeout: number;
}

/** A sealed line of the chain. */
export interface SealedLine {
  readonly seq: number;
  readonly hash: string;
}

const MAX_ANSWER = 1024 * 1024;

/**
 * Has checkpoints stamped by an authority (RFC 3161), beside the work: an authority that is slow or away delays nothing,
 * is told once, and is asked again for a later checkpoint.
 */
export class Stamper {
  private readonly settings: StamperSettings;
  private readonly now: () => number;
  private asking = false;
  private askedAt: number | undefined;
  private stamped = 0;
  private ready: NewRecord | undefined;
  private told = '';

  /** `now`: milliseconds since the epoch. */
  constructor(settings: StamperSettings, now: () => number) {
    this.settings = settings;
    this.now = now;
  }

  /** Asks for a time stamp on the latest checkpoint, when one is due. */
  look(sealed: SealedLine | undefined): void {
    if (sealed === undefined || sealed.seq === this.stamped || this.asking || this.ready !== undefined) return;
    const waited = this.askedAt === undefined ? Infinity : Math.abs(this.now() - this.askedAt) / 1000;
    if (waited < this.settings.every) return;
    this.asking = true;
    this.askedAt = this.now();
    void this.ask(sealed).finally(() => {
      this.asking = false;
    });
  }

  /** A record to be written, when an authority has answered; given once. */
  take(): readonly NewRecord[] {
    const { ready } = this;
    this.ready = undefined;
    return ready === undefined ? [] : [ready];
  }

  private async ask({ seq, hash }: SealedLine): Promise<void> {
    try {
      const request = timestampRequest(hash, BigInt(`0x${randomBytes(8).toString('hex')}`));
      const token = tokenIn(await post(this.settings, request.der));
      const { time, nonce } = openTimestamp(token, hash);
      if (nonce !== request.nonce) throw new Error('the answer is to another request');
      const members = { of: seq, time: new Date(time).toISOString(), token: token.toString('base64') };
      this.ready = { kind: 'timestamp', members };
      this.stamped = seq;
      this.told = '';
    } catch (error) {
      this.tell(error);
    }
  }

  private tell(error: unknown): void {
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
    const problem = `${error instanceof Error ? error.message : String(error)}${cause}`;
    if (problem === this.told) return;
    this.told = problem;
    const fields = { problem, authority: this.settings.url };
    notify({ level: 'error', message: 'a checkpoint got no time stamp; trying again with a later one', fields });
  }
}

/** RFC 3161 3.4: by HTTP. */
async function post({ url, timeout }: StamperSettings, body: Buffer): Promise<Buffer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/timestamp-query', Accept: 'application/timestamp-reply' },
    body: new Uint8Array(body),
    redirect: 'error',
    signal: AbortSignal.timeout(timeout * 1000),
  });
  if (answer.status !== 200) throw new Error(`the authority answers ${answer.status}`);
  if (Number(answer.headers.get('content-length') ?? 0) > MAX_ANSWER) throw new Error('the answer is too large');
  return Buffer.from(await answer.arrayBuffer());
}
