import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Listener } from './exchange';
import type { ListenAddress, ListenOptions } from './options';

/** One open port. */
export interface OpenListener {
  readonly address: ListenAddress;
  /** Stops accepting, ends idle connections, and resolves when the requests under way are answered. */
  close(): Promise<void>;
}

type Handler = (listener: Listener, incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** nginx's and Kong's own numbers: four header buffers of 8 KiB, connections kept for 75 seconds. */
const SERVER_OPTIONS = { maxHeaderSize: 32_768, keepAliveTimeout: 75_000 };
/** How long requests under way may take to end once the listener closes. */
const CLOSE_MS = 5000;

/** Opens every listener, or none. */
export async function listenAll(listen: readonly ListenOptions[], handler: Handler): Promise<OpenListener[]> {
  const open: OpenListener[] = [];
  try {
    for (const options of listen) open.push(await listenOn(options, handler));
    return open;
  } catch (error) {
    await Promise.all(open.map((listener) => listener.close()));
    throw error;
  }
}

function listenOn({ host, port, tls }: ListenOptions, handler: Handler): Promise<OpenListener> {
  const listener = { scheme: tls === undefined ? ('http' as const) : ('https' as const), port };
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    handler(listener, incoming, outgoing);
  };
  const server: Server =
    tls === undefined
      ? createServer(SERVER_OPTIONS, onRequest)
      : createTlsServer({ ...SERVER_OPTIONS, ...tls, requestCert: true, rejectUnauthorized: false }, onRequest);
  server.on('clientError', refuse);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      listener.port = (server.address() as AddressInfo).port;
      const address = { host, port: listener.port, tls: tls !== undefined };
      resolve({ address, close: () => closeServer(server) });
    });
  });
}

/** What cannot be read as HTTP gets 400, as from nginx, and the connection ends. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const message = error.code === 'HPE_HEADER_OVERFLOW' ? 'Request header or cookie too large' : 'Bad request';
  const body = JSON.stringify({ message });
  const head = 'HTTP/1.1 400 Bad Request\r\nContent-Type: application/json; charset=utf-8\r\nConnection: close\r\n';
  socket.end(`${head}Content-Length: ${body.length}\r\n\r\n${body}`);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const insist = setTimeout(() => {
      server.closeAllConnections();
    }, CLOSE_MS);
    server.close(() => {
      clearTimeout(insist);
      resolve();
    });
    server.closeIdleConnections();
  });
}
