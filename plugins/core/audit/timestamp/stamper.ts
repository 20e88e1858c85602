import { randomBytes } from 'node:crypto';
import { notify } from '../../notices';
import { KEPT_CHECKPOINTS, type MadeCheckpoint, type NewRecord } from '../chain';
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

const MAX_ANSWER = 1024 * 1024;
/** A stamp comes late when so many checkpoints were made since: a reader would not find its own. One may come beside it. */
const MOST_SINCE = KEPT_CHECKPOINTS - 2;

interface Stamp {
  readonly of: MadeCheckpoint;
  readonly record: NewRecord;
}

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
  private ready: Stamp | undefined;
  private told = '';

  /** `now`: milliseconds since the epoch. */
  constructor(settings: StamperSettings, now: () => number) {
    this.settings = settings;
    this.now = now;
  }

  /** Asks for a time stamp on the latest checkpoint, when one is due. */
  look(sealed: MadeCheckpoint | undefined): void {
    if (sealed === undefined || sealed.seq === this.stamped || this.asking || this.ready !== undefined) return;
    const waited = this.askedAt === undefined ? Infinity : Math.abs(this.now() - this.askedAt) / 1000;
    if (waited < this.settings.every) return;
    this.asking = true;
    this.askedAt = this.now();
    void this.ask(sealed).finally(() => {
      this.asking = false;
    });
  }

  /** A record to be written behind the checkpoint `sealed`, when an authority has answered; given once. */
  take(sealed: MadeCheckpoint | undefined): readonly NewRecord[] {
    const { ready } = this;
    this.ready = undefined;
    if (ready === undefined) return [];
    const since = (sealed?.number ?? 0) - ready.of.number;
    if (since <= MOST_SINCE) return [ready.record];
    this.tell(new Error(`the authority answered ${since} checkpoints late`));
    return [];
  }

  private async ask(of: MadeCheckpoint): Promise<void> {
    const { seq, hash } = of;
    try {
      const request = timestampRequest(hash, BigInt(`0x${randomBytes(8).toString('hex')}`));
      const token = tokenIn(await post(this.settings, request.der));
      const { time, nonce } = openTimestamp(token, hash);
      if (nonce !== request.nonce) throw new Error('the answer is to another request');
      const members = { of: seq, time: new Date(time).toISOString(), token: token.toString('base64') };
      this.ready = { of, record: { kind: 'timestamp', members } };
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
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    // Leaving the loop gives up the connection.
    if (length > MAX_ANSWER) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
