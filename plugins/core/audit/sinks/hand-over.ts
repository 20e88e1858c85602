import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { FarEndError } from './far-end';

export interface Receiver {
  readonly host: string;
  readonly port: number;
  /** Undefined: plain TCP. Without `servername` the certificate must hold the host. */
  readonly tls: ConnectionOptions | undefined;
  /** From the first packet to the receipt. */
  readonly timeoutMs: number;
}

/**
 * Hands bytes to a receiver that never answers, on a connection of their own: connects, sends, waits for two round trips,
 * in which the network would tell of a receiver that was gone before they came, says that this is all, and waits until the
 * receiver has closed TCP in good order, too. A kernel resets a connection that is closed with unread bytes, so the close
 * says that the receiver has read them. Rejects when it closed before, broke the connection, said anything, or kept silent
 * for too long.
 */
export async function handOver(bytes: Buffer, { host, port, tls, timeoutMs }: Receiver): Promise<void> {
  const tcp = connectTcp({ host, port, allowHalfOpen: true });
  const socket = tls === undefined ? tcp : secured(tcp, host, tls);
  const began = performance.now();
  let roundTrip = 0;
  tcp.once('connect', () => (roundTrip = performance.now() - began));
  let deadline: NodeJS.Timeout | undefined;
  let end: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      let isAll = false;
      const fail = (why: string): void => {
        reject(new FarEndError(why));
      };
      deadline = setTimeout(fail, timeoutMs, `it gave no receipt within ${timeoutMs} ms`);
      for (const one of [tcp, socket]) one.on('error', reject);
      // Also an HTTP server reads all, complains and closes in good order.
      socket.once('data', () => {
        fail('it answers, as no syslog receiver does');
      });
      socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
        socket.write(bytes, () => {
          end = setTimeout(() => {
            isAll = true;
            socket.end();
          }, 2 * roundTrip);
        });
      });
      let ends = 0;
      const ended = (): void => {
        ends += 1;
        if (tls !== undefined && ends < 2) return;
        // rsyslog closes TCP as soon as TLS has ended: our own close of TCP may still be on its way.
        if (isAll) resolve();
        else fail('it closed the connection before it had everything');
      };
      socket.once('end', ended);
      if (tls !== undefined) tcp.once('end', ended);
    });
  } finally {
    clearTimeout(deadline);
    clearTimeout(end);
    socket.destroy();
    tcp.destroy();
  }
}

/** TLS over the connection. Nothing is written before certificate and name hold. */
function secured(tcp: Socket, host: string, tls: ConnectionOptions): Socket {
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({
    ...servername,
    ...tls,
    host,
    socket: above(tcp),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  });
}

/** A stream over the connection that can end while TCP does not: after the end of TLS the kernel may yet have bad news. */
function above(tcp: Socket): Duplex {
  const stream = new Duplex({
    read: () => void tcp.resume(),
    write: (chunk: Buffer, _, done) => void tcp.write(chunk, done),
    final: (done) => void tcp.end(done),
  });
  tcp.on('data', (chunk: Buffer) => {
    if (!stream.destroyed && !stream.push(chunk)) tcp.pause();
  });
  tcp.once('end', () => stream.push(null));
  return stream;
}
