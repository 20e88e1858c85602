import { createServer, request as httpRequest, type Agent, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestRequest } from './requests';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  json(): Record<string, unknown>;
}

interface SendOptions {
  readonly method?: string;
  readonly agent?: Agent;
  /** When the second half of the body is sent. */
  readonly rest?: () => Promise<unknown>;
}

/** One request as a client would send it; rejects when the connection breaks. */
export function send(url: string, { headers, body }: TestRequest, options: SendOptions = {}): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      url,
      { method: options.method ?? 'POST', headers, agent: options.agent },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const all = Buffer.concat(chunks);
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: all,
            json: () => JSON.parse(all.toString('utf8')) as Record<string, unknown>,
          });
        });
      },
    );
    outgoing.on('error', reject);
    const half = options.rest === undefined ? 0 : Math.ceil(body.length / 2);
    if (half > 0) outgoing.write(body.subarray(0, half));
    void Promise.resolve(options.rest?.()).then(() => outgoing.end(body.subarray(half)), reject);
  });
}

/** A service that answers what it was asked: method, path, headers and the number of body bytes. */
export async function startEcho(): Promise<{ url: string; close: () => void; requests: () => number }> {
  let requests = 0;
  const server: Server = createServer((incoming, outgoing) => {
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => (bytes += chunk.length));
    incoming.on('end', () => {
      requests += 1;
      const { method, url, headers } = incoming;
      outgoing.writeHead(200, { 'Content-Type': 'application/json' });
      outgoing.end(JSON.stringify({ method, url, headers, bytes }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
