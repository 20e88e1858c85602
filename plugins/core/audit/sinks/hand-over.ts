import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { FarEndError } from './far-end';

export interface Receiver {
  readonly host: string;
  readonly port: number;
  /** Undefined: plain TCP. */
  readonly tls: ConnectionOptions | undefined;
  /** From the first packet to the receipt. */
  readonly timeoutMs: number;
}

/**
 * Hands bytes to a receiver that never answers, on a connection of their own: connects, sends, says that this is all, and
 * waits until the receiver has closed its side, too. It sees our end only behind all bytes, so its orderly close says that it
 * has read them. Rejects when it closed before, broke the connection, said anything, or kept silent for too long.
 */
export function handOver(bytes: Buffer, { host, port, tls, timeoutMs }: Receiver): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket =
      tls === undefined
        ? connectTcp({ host, port })
        : // Only to a receiver whose certificate and name hold: until then nothing is written.
          connectTls({ ...tls, host, port, minVersion: 'TLSv1.2', rejectUnauthorized: true });
    const fail = (why: string): void => {
      socket.destroy(new FarEndError(why));
    };
    const deadline = setTimeout(() => {
      fail(`it gave no receipt within ${timeoutMs} ms`);
    }, timeoutMs);
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      socket.end(bytes);
    });
    // Also an HTTP server reads all, complains and closes in good order.
    socket.once('data', () => {
      fail('it answers, as no syslog receiver does');
    });
    socket.once('end', () => {
      if (socket.writableFinished) socket.destroy();
      else fail('it closed the connection before it had everything');
    });
    let problem: Error | undefined;
    socket.once('error', (error) => {
      problem = error;
    });
    socket.once('close', () => {
      clearTimeout(deadline);
      if (problem === undefined) resolve();
      else reject(problem);
    });
  });
}
