import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server on loopback, gone with all its connections when the test is over. Answers its port. */
export async function listening(answer: RequestListener, tls?: ServerOptions): Promise<number> {
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
