import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256 } from '../chain';
import { notify } from '../../notices';
import { DurableLines } from '../durable-lines';
import { linesIn, NoRecordsError } from './records';

export interface ReceiverSettings {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Absolute path of the file that the records go to. */
  readonly file: string;
  /** The value of Authorization that is asked for. */
  readonly authorization: string | undefined;
}

/** More than Kong sends at once. */
const MAX_BODY = 64 * 1024 * 1024;
const METHODS: readonly (string | undefined)[] = ['POST', 'PUT', 'PATCH'];

interface Waiting {
  readonly lines: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Takes what Kong's http-log sends, and acknowledges it when it stands on the disk, in a file that the collector follows like
 * any spool. What it does not acknowledge Kong sends again; a request that comes twice has one record.
 */
export class LogReceiver {
  private readonly settings: ReceiverSettings;
  private readonly file: DurableLines;
  private readonly server: Server;
  private waiting: Waiting[] = [];
  private working: Promise<void> | undefined;
  private told = '';
  private isClosing = false;

  private constructor(settings: ReceiverSettings) {
    this.settings = settings;
    this.file = new DurableLines(settings.file);
    this.server = createServer((request, response) => {
      void this.answer(request, response);
    });
  }

  /** Rejects with the error of the socket when nobody can listen there. */
  static async listen(settings: ReceiverSettings): Promise<LogReceiver> {
    const receiver = new LogReceiver(settings);
    receiver.server.listen(settings.port, settings.host);
    await once(receiver.server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Takes no more; what was taken is written and answered. */
  async close(): Promise<void> {
    this.isClosing = true;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeIdleConnections();
    await closed;
    await this.working;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const end = (status: number): void => {
      response.writeHead(status, this.isClosing ? { Connection: 'close' } : {}).end();
    };
    try {
      if (!METHODS.includes(request.method)) end(405);
      else if (!this.isAllowed(request)) this.refuse('it has not the right header Authorization', end, 401);
      else await this.take(request, end);
    } catch (error) {
      // Whoever has gone away will send it again.
      if (request.errored === null) throw error;
    }
  }

  private isAllowed({ headers }: IncomingMessage): boolean {
    const { authorization } = this.settings;
    if (authorization === undefined) return true;
    return timingSafeEqual(
      Buffer.from(sha256(Buffer.from(headers.authorization ?? ''))),
      Buffer.from(sha256(Buffer.from(authorization))),
    );
  }

  private async take(request: IncomingMessage, end: (status: number) => void): Promise<void> {
    const body = await bodyOf(request);
    if (body === undefined) {
      this.refuse(`it has more than ${MAX_BODY} bytes`, end, 413);
      return;
    }
    let lines: string;
    try {
      lines = linesIn(body);
    } catch (error) {
      if (!(error instanceof NoRecordsError)) throw error;
      this.refuse(`it is ${error.message}`, end, 400);
      return;
    }
    try {
      await this.written(lines);
      this.tell('');
      end(200);
    } catch (error) {
      this.tell(`its file cannot be written: ${error instanceof Error ? error.message : String(error)}`);
      end(503);
    }
  }

  private refuse(why: string, end: (status: number) => void, status: number): void {
    this.tell(`what was sent is not taken: ${why}`);
    end(status);
  }

  /** All that come while another write is on its way share the next one. */
  private written(lines: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ lines, resolve, reject });
      this.working ??= this.write().finally(() => {
        this.working = undefined;
      });
    });
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.file.append(batch.map(({ lines }) => lines).join(''));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
  }

  /** Says what is wrong once, and once when it is over. */
  private tell(problem: string): void {
    if (problem === this.told) return;
    const isOver = problem === '';
    this.told = problem;
    if (isOver) notify({ level: 'info', message: 'records of http-log are taken again' });
    else notify({ level: 'error', message: 'records of http-log were not taken', fields: { problem } });
  }
}

/** Undefined for one that is too large. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  let chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Heard to its end all the same: else the answer would not be.
    if (length > MAX_BODY) chunks = [];
    else chunks.push(chunk);
  }
  return length > MAX_BODY ? undefined : Buffer.concat(chunks);
}
