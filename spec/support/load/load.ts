import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  /** Whole HTTP requests as bytes, each sent once, in order; a connection takes the next when it has its answer. */
  readonly requests: Iterable<Buffer>;
  /** Sent at this pace, and later where all connections wait; as fast as can be without. */
  readonly perSecond?: number;
  /** Called with each answer's status. */
  readonly onStatus?: (status: number) => void;
}

export interface LoadResult {
  readonly answers: number;
  /** Connections that broke before their answer; each is opened anew. */
  readonly broken: number;
  readonly seconds: number;
  readonly statuses: ReadonlyMap<number, number>;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * Sends prepared requests over raw keep-alive connections: as little work per request as can be, because generator,
 * gateway, plugin server and service share the machine.
 */
export async function load({ port, connections, requests, perSecond, onStatus }: LoadOptions): Promise<LoadResult> {
  const queue = requests[Symbol.iterator]();
  const latencies: number[] = [];
  const statuses = new Map<number, number>();
  let broken = 0;
  const began = performance.now();
  let taken = 0;
  const worker = async (): Promise<void> => {
    let connection: Connection | undefined;
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      if (perSecond !== undefined) await until(began + (taken++ / perSecond) * 1000);
      connection ??= new Connection(port);
      const sent = performance.now();
      const status = await connection.send(next.value);
      if (status === undefined) {
        broken += 1;
        connection = undefined;
        continue;
      }
      latencies.push(performance.now() - sent);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      onStatus?.(status);
      if (connection.closing) connection = undefined;
    }
    connection?.close();
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const seconds = (performance.now() - began) / 1000;
  latencies.sort((one, other) => one - other);
  const at = (share: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return { answers: latencies.length, broken, seconds, statuses, p50: at(0.5), p99: at(0.99) };
}

/** A time of `performance.now`. */
async function until(due: number): Promise<void> {
  const wait = due - performance.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
}

/** One keep-alive connection, one request at a time. Understands Content-Length and chunked answers. */
class Connection {
  closing = false;
  private readonly socket: Socket;
  private data: Buffer = Buffer.alloc(0);
  private done: ((status: number | undefined) => void) | undefined;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk: Buffer) => {
      this.data = this.data.length === 0 ? chunk : Buffer.concat([this.data, chunk]);
      this.parse();
    });
    const lost = (): void => {
      this.finish(undefined);
    };
    this.socket.on('error', lost);
    this.socket.on('close', lost);
  }

  send(request: Buffer): Promise<number | undefined> {
    return new Promise((resolve) => {
      this.done = resolve;
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private parse(): void {
    const end = this.data.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = this.data.toString('latin1', 0, end).toLowerCase();
    const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
    const whole =
      length === undefined
        ? head.includes('\r\ntransfer-encoding: chunked') && this.data.subarray(-5).toString('latin1') === '0\r\n\r\n'
        : this.data.length >= end + 4 + Number(length);
    if (!whole) return;
    this.data = Buffer.alloc(0);
    this.closing = head.includes('\r\nconnection: close');
    this.finish(Number(head.slice(9, 12)));
  }

  private finish(status: number | undefined): void {
    const { done } = this;
    this.done = undefined;
    done?.(status);
  }
}
