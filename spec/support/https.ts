import { request } from 'node:https';
import type { HttpAnswer } from './http';
import type { TestRequest } from './requests';

/** Whom the client takes for the server, and who it says it is itself. PEM. */
export interface TlsClientFiles {
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
}

/** As `send`, over TLS, each time on a connection of its own. */
export function sendTls(url: string, { headers, body }: TestRequest, client: TlsClientFiles): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, agent: false, servername: 'localhost', ...client };
    const outgoing = request(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const all = Buffer.concat(chunks);
        const json = () => JSON.parse(all.toString('utf8')) as Record<string, unknown>;
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: all, json });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
