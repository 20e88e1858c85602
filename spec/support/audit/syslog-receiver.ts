import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { onTestFinished } from 'vitest';

/** A message taken apart by RFC 5424, as far as it is needed. */
export interface SyslogMessage {
  readonly pri: number;
  readonly timestamp: string;
  readonly host: string;
  readonly app: string;
  readonly procid: string;
  readonly msgid: string;
  readonly data: string;
  /** Without the byte order mark, which must be there. */
  readonly text: string;
  readonly octets: number;
}

const FORM =
  /^<(\d{1,3})>1 (\S{1,64}) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) (\[(?:[^\]\\]|\\.)*\]) \uFEFF([^]*)$/;

/** @throws Error for what is no message of RFC 5424 with structured data and UTF-8. */
export function parseSyslog(bytes: Buffer): SyslogMessage {
  const [, pri, timestamp = '', host = '', app = '', procid = '', msgid = '', data = '', text = ''] =
    FORM.exec(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) ?? [];
  if (pri === undefined) throw new Error(`no message of RFC 5424: ${bytes.toString('utf8')}`);
  return { pri: Number(pri), timestamp, host, app, procid, msgid, data, text, octets: bytes.length };
}

/** Frames of RFC 5425. `rest` is a frame that was not finished. @throws Error for what is no frame. */
export function frames(bytes: Buffer): { readonly messages: Buffer[]; readonly rest: number } {
  const messages: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    if (space === -1) break;
    const digits = bytes.toString('latin1', at, space);
    if (!/^[1-9]\d*$/.test(digits)) throw new Error(`no frame of RFC 5425: ${digits}`);
    const end = space + 1 + Number(digits);
    if (end > bytes.length) break;
    messages.push(bytes.subarray(space + 1, end));
    at = end;
  }
  return { messages, rest: bytes.length - at };
}

/** What the receiver does with a connection instead of reading all of it and closing. `reset` breaks it. */
export type Behave = (socket: Socket, reset: () => void) => void;

export class SyslogReceiver {
  readonly messages: SyslogMessage[] = [];
  /** What came and was no syslog. */
  readonly broken: string[] = [];
  connections = 0;
  port = 0;
  /** What becomes of a message. */
  onMessage = (message: SyslogMessage): void => void this.messages.push(message);
  /** Undefined: an honest receiver. */
  behave: Behave | undefined;
  private readonly server: Server;
  /** Below TLS, by the sender's port. */
  private readonly sockets = new Map<number | undefined, Socket>();

  private constructor(tls: TlsOptions | undefined) {
    const serve = (socket: Socket): void => {
      this.serve(socket);
    };
    this.server =
      tls === undefined
        ? createServer({ allowHalfOpen: true }, serve)
        : createTlsServer({ ...tls, allowHalfOpen: true }, serve);
    // A handshake that fails is the sender's to tell.
    this.server.on('tlsClientError', () => undefined);
    this.server.on('connection', (socket: Socket) => {
      this.sockets.set(socket.remotePort, socket);
      socket.on('error', () => undefined);
    });
  }

  /** On loopback, plain without `tls`; gone when the test is over. */
  static async start(tls?: TlsOptions, port = 0): Promise<SyslogReceiver> {
    const receiver = new SyslogReceiver(tls);
    await receiver.listen(port);
    onTestFinished(() => receiver.stop());
    return receiver;
  }

  /** Refuses connections, and breaks those that are open. */
  async stop(): Promise<void> {
    for (const socket of this.sockets.values()) socket.resetAndDestroy();
    this.sockets.clear();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  /** Listens again where it did before. */
  async listen(port = this.port): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  private serve(socket: Socket): void {
    this.connections += 1;
    socket.on('error', () => undefined);
    if (this.behave !== undefined) {
      const below = this.sockets.get(socket.remotePort);
      this.behave(socket, () => below?.resetAndDestroy());
      return;
    }
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => {
      this.keep(Buffer.concat(chunks));
      socket.end();
    });
  }

  private keep(bytes: Buffer): void {
    try {
      const { messages, rest } = frames(bytes);
      if (rest === 0) for (const message of messages.map(parseSyslog)) this.onMessage(message);
      else this.broken.push(`${rest} octets of a frame`);
    } catch (error) {
      this.broken.push((error as Error).message);
    }
  }
}
