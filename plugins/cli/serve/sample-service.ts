import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Address } from './address';

/** Bodies above are counted, not repeated. */
const ECHO_BYTES = 64 * 1024;

/**
 * Milliseconds. Longer than Kong keeps an idle connection to a service (upstream_keepalive_idle_timeout, 60 s): who
 * closes first must be Kong, or a POST now and then meets a connection that is just being closed, and gets a 502.
 */
const KEEP_ALIVE = 75_000;

export interface SampleService {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The service behind the sample gateway: answers every request with what reached it, so that one sees what a service
 * is told of the caller, and that no token arrives. For trying only.
 */
export function startSampleService({ host, port }: Address): Promise<SampleService> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE }, (request, response) => {
    echo(request, response).catch((error: unknown) => {
      response.destroy(error as Error);
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve({ port: (server.address() as AddressInfo).port, close: () => close(server) });
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
  });
}

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { bytes, head } = await readBody(request);
  const answer = {
    service: 'sample',
    method: request.method,
    path: request.url,
    caller: callerHeaders(request),
    tokens_seen: ['authorization', 'agid-jwt-signature'].filter((name) => name in request.headers),
    body_bytes: bytes,
    body: bytes > ECHO_BYTES ? null : bodyOf(head),
  };
  const text = `${JSON.stringify(answer, null, 2)}\n`;
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(request.method === 'HEAD' ? undefined : text);
}

/** Counts every byte and keeps the first ones: a body of any size costs no memory. */
async function readBody(request: IncomingMessage): Promise<{ readonly bytes: number; readonly head: Buffer }> {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (bytes <= ECHO_BYTES) kept.push(chunk);
    bytes += chunk.length;
  }
  return { bytes, head: Buffer.concat(kept) };
}

const callerHeaders = ({ headers }: IncomingMessage): object =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-modi-')));

function bodyOf(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
