import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { mockPki } from '../pki';
import { redisFolder, redisMissing, startRedis, type TestRedis } from '../redis/server';
import { freePort } from '../free-port';
import { serverIdentity } from '../tls-files';
import { SyslogReceiver } from './syslog-receiver';

/** A hash in few bytes, and not as a part of a long text that it would keep alive. */
export const compact = (hash: string): string => Buffer.from(hash, 'hex').toString('base64');

/** The records that a far end has, by number: the hash of each, and how often one came that was there. */
export class Ledger {
  readonly hashes = new Map<number, string>();
  repeated = 0;
  /** Another record under a number that was there. */
  conflicts = 0;

  note(id: string): void {
    const [, seq = '', text = ''] = /\/(\d+)\/([0-9a-f]{64})$/.exec(id) ?? [];
    const hash = compact(text);
    const before = this.hashes.get(Number(seq));
    if (before === undefined) this.hashes.set(Number(seq), hash);
    else if (before === hash) this.repeated += 1;
    else this.conflicts += 1;
  }
}

/** A far end that can go away and come back. */
export interface TestFarEnd {
  readonly kind: string;
  /** The sink, as YAML in one line, without name and queue. */
  readonly yaml: string;
  readonly down: () => Promise<void>;
  readonly up: () => Promise<void>;
  /** What it has. */
  readonly ledger: () => Promise<Ledger>;
}

/** One of each kind; Redis only where there is one. `ca` is where the authority of syslog's certificate was written. */
export async function allFarEnds(ca: string): Promise<TestFarEnd[]> {
  const http = await httpFarEnd('http', (text) => (JSON.parse(text) as { id: string }[]).map(({ id }) => id));
  const logs = await httpFarEnd('opentelemetry', (text) =>
    [...text.matchAll(/"key":"log\.record\.uid","value":\{"stringValue":"([^"]+)"/g)].map(([, id = '']) => id),
  );
  const redis = redisMissing() === undefined ? [await redisFarEnd()] : [];
  return [http, logs, await syslogFarEnd(ca), ...redis];
}

/** The authority that vouches for the syslog receiver, PEM. */
export const farEndAuthority = async (): Promise<string> => (await mockPki()).anchorPem;

async function httpFarEnd(kind: 'http' | 'opentelemetry', idsIn: (text: string) => string[]): Promise<TestFarEnd> {
  const ledger = new Ledger();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      for (const id of idsIn(Buffer.concat(chunks).toString('utf8'))) ledger.note(id);
      response.writeHead(200).end();
    });
  });
  const port = await listen(server, 0);
  const down = (): Promise<void> => closed(server);
  onTestFinished(down);
  const url = `http://127.0.0.1:${port}/v1/logs`;
  return {
    kind,
    yaml: kind === 'http' ? `http_endpoint: "${url}"` : `kind: ${kind}, opentelemetry: {logs_endpoint: "${url}"}`,
    down,
    up: async () => {
      await listen(server, port);
    },
    ledger: () => Promise.resolve(ledger),
  };
}

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  if (server.listening) await new Promise((resolve) => server.close(resolve));
}

async function syslogFarEnd(ca: string): Promise<TestFarEnd> {
  const ledger = new Ledger();
  const receiver = await SyslogReceiver.start(await serverIdentity());
  receiver.onMessage = ({ data }) => {
    ledger.note(/ id="([^"]+)"/.exec(data)?.[1] ?? '');
  };
  return {
    kind: 'syslog',
    yaml: `kind: syslog, ca: ${ca}, syslog: {host: localhost, port: ${receiver.port}, max_message_size: 65536}`,
    down: () => receiver.stop(),
    up: () => receiver.listen(),
    ledger: () => Promise.resolve(ledger),
  };
}

/** It writes each record to the disk before it acknowledges, so that it may be killed. */
async function redisFarEnd(): Promise<TestFarEnd> {
  const port = await freePort();
  const flags = ['--appendonly', 'yes', '--appendfsync', 'always', '--dir', redisFolder()];
  let redis = await startRedis({ port, flags });
  return {
    kind: 'redis',
    yaml: `kind: redis, redis: {host: 127.0.0.1, port: ${port}, ssl: false}`,
    down: () => redis.crash(),
    up: async () => {
      redis = await startRedis({ port, flags });
    },
    ledger: () => streamLedger(redis),
  };
}

async function streamLedger({ admin }: TestRedis): Promise<Ledger> {
  const ledger = new Ledger();
  for (const name of await admin.keys('modi:audit:*')) {
    for (let from = '-'; ;) {
      const entries = await admin.xrange(name, from, '+', 'COUNT', 1000);
      for (const [, [, id = '']] of entries) ledger.note(id);
      const last = entries.at(-1);
      if (last === undefined) break;
      from = `(${last[0]}`;
    }
  }
  return ledger;
}
