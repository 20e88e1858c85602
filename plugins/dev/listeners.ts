import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Listener } from './exchange';
import type { ListenAddress, ListenOptions } from './options';

/** One open port. */
export interface OpenListener {
  readonly address: ListenAddress;
  /** Stops accepting, ends idle connections, and resolves when the requests under way are answered. */
  close(): Promise<void>;
}

type Handler = (listener: Listener, incoming: IncomingMessage, outgoing: ServerResponse) => void;

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
  const server =
    tls === undefined
      ? createServer(onRequest)
      : createTlsServer({ ...tls, requestCert: true, rejectUnauthorized: false }, onRequest);
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

function closeServer(server: Server | TlsServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
  });
}
