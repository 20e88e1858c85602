import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server on loopback, until it is closed. */
export interface Listening {
  readonly port: number;
  readonly close: () => void;
}

/** A server on loopback, gone with all its connections when it is closed. */
export async function listen(answer: RequestListener, tls?: ServerOptions): Promise<Listening> {
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** As `listen`, until the test is over. Answers its port. */
export async function listening(answer: RequestListener, tls?: ServerOptions): Promise<number> {
  const { port, close } = await listen(answer, tls);
  onTestFinished(close);
  return port;
}
