import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startGateway, type GatewayLogger, type GatewayOptions, type RunningGateway } from '../../plugins/dev';
import { probeDump, TestPluginServer, type ProbeConfig } from './test-plugin-server';
import { tempFolder } from './temp';

/** What the service got, and how it answers. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface TestService {
  readonly url: string;
  readonly port: number;
  readonly seen: SeenRequest[];
  /** Replaces the default answer: 200, `hello`. */
  answer: (request: SeenRequest) => { status?: number; headers?: OutgoingHttpHeaders; body?: string | Buffer };
}

export async function startService(): Promise<TestService> {
  const seen: SeenRequest[] = [];
  const service: TestService = {
    url: '',
    port: 0,
    seen,
    answer: () => ({}),
  };
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers, rawHeaders } = incoming;
      const request = { method, url, headers, rawHeaders, body: Buffer.concat(chunks) };
      seen.push(request);
      const { status = 200, headers: extra = {}, body = 'hello' } = service.answer(request);
      outgoing.writeHead(status, { 'Content-Type': 'text/plain', ...extra });
      outgoing.end(method === 'HEAD' ? undefined : body);
    });
  });
  const port = await listen(server);
  onTestFinished(() => closeServer(server));
  return Object.assign(service, { port, url: `http://127.0.0.1:${port}` });
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

/** Keeps what the gateway says. */
export class LogCollector implements GatewayLogger {
  readonly lines: string[] = [];
  error = (message: string): void => void this.lines.push(`error ${message}`);
  warn = (message: string): void => void this.lines.push(`warn ${message}`);
  info = (message: string): void => void this.lines.push(`info ${message}`);
  debug = (message: string): void => void this.lines.push(`debug ${message}`);
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly text: string;
  json(): Record<string, unknown>;
}

export interface CallOptions {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders | readonly string[];
  readonly body?: string | Buffer;
}

/** One request, exactly as given: no redirect, no header added but Host and Connection. */
export function call(url: string, { method = 'GET', headers = {}, body }: CallOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const target = new URL(url);
    const path = url.slice(target.origin.length) || '/';
    const outgoing = httpRequest(
      { host: target.hostname, port: target.port, method, path, headers: headers as OutgoingHttpHeaders, agent: false },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const whole = Buffer.concat(chunks);
          const text = whole.toString('utf8');
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: whole,
            text,
            json: () => JSON.parse(text) as Record<string, unknown>,
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** A gateway with a probe plugin (see test-plugin-server), taken down when the test is over. */
export interface ProbeGateway {
  readonly gateway: RunningGateway;
  readonly plugins: TestPluginServer;
  readonly log: LogCollector;
  readonly records: Record<string, unknown>[];
  readonly directory: string;
}

export async function startProbeGateway(
  kongYml: string,
  options: Partial<GatewayOptions> & { phases?: readonly string[] } = {},
): Promise<ProbeGateway> {
  const { phases = ['access', 'response'], ...rest } = options;
  const directory = tempFolder();
  const plugins = new TestPluginServer(join(directory, 'probe.sock'));
  await plugins.listen();
  onTestFinished(() => plugins.close());
  const log = new LogCollector();
  const records: Record<string, unknown>[] = [];
  const gateway = await startGateway({
    configFile: { name: 'kong.yml', text: kongYml },
    listen: [{ host: '127.0.0.1', port: 0 }],
    pluginServers: [probeEntry('probe', plugins.socketPath, phases)],
    logger: log,
    onLog: (record) =>
      records.push(JSON.parse(Buffer.from(record, 'latin1').toString('utf8')) as Record<string, unknown>),
    ...rest,
  });
  onTestFinished(() => gateway.close());
  return { gateway, plugins, log, records, directory };
}

export const probeEntry = (name: string, socket: string, phases: readonly string[], priority?: number) => ({
  name,
  socket,
  // Not node: it would be started once for every test.
  queryCommand: ['printf', '%s', probeDump(name, phases, priority)],
});

/** The configuration of a probe for kong.yml: each phase a string of JSON. */
export const probe = (config: ProbeConfig & { label?: string }, name = 'probe'): string =>
  JSON.stringify({
    name,
    config: Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    ),
  });

/** Waits until something has come true that no event tells of; fails after five seconds. */
export async function eventually(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('it did not come true');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
