import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCast, type Cast } from '../support/corpus';
import { packServer, startTestGateway, type PluginServerSpec, type TestGateway } from '../support/gateways';
import { kongYml, type RouteSpec } from '../support/kong-yml';
import { load } from '../support/load/load';
import { cpuSeconds } from '../support/load/process-facts';
import { rawRequest } from '../support/load/raw-request';
import { makeRequest, type TestRequest } from '../support/requests';
import { table } from '../support/table';

/** Requests of one measurement, and how often each row is measured in turn. */
export const COUNT = Number(process.env['BENCH_REQUESTS'] ?? 6000);
export const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);

/** One line of the report. Rows of one `group` are compared with its `plain` and its `empty` row. */
export interface Row {
  readonly name: string;
  readonly group: string;
  readonly kind: 'plain' | 'empty' | 'real';
  readonly path: string;
  readonly party: 'ec' | 'rsa';
  /** What is sent, where it is not two tokens of `party`. */
  readonly make?: (now: number, body: Buffer) => TestRequest;
  readonly bodyBytes: number;
  readonly count: number;
  readonly connections: number;
}

interface Sample {
  readonly rps: number;
  readonly p50: number;
  readonly p99: number;
  /** Processor time of the plugin server per request, in microseconds. */
  readonly cpu: number;
}

export interface Bench {
  readonly cast: Cast;
  readonly gateway: TestGateway;
  stop(): Promise<void>;
}

/** A gateway with the pack's plugin server, the empty plugins, and a service that answers `/…/N` with N bytes. */
export async function startBench(
  plugins: readonly string[],
  routes: (folder: string, cast: Cast) => RouteSpec[],
): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'modi-bench-'));
  const [cast, service] = await Promise.all([makeCast(), startService()]);
  const { port } = service.address() as AddressInfo;
  const gateway = await startTestGateway({
    folder,
    kongYml: kongYml(`http://127.0.0.1:${port}`, routes(folder, cast)),
    pluginServers: [...packServer(folder, plugins, '--log-level', 'warn'), ...emptyPlugins(folder)],
  });
  return {
    cast,
    gateway,
    async stop() {
      await gateway.stop();
      service.close();
      service.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function emptyPlugins(folder: string): PluginServerSpec[] {
  const server = join(__dirname, 'empty-plugin-server.cjs');
  const socket = join(folder, 'empty.sock');
  return ['bench-access', 'bench-response'].map((plugin, index) => ({
    plugin,
    socket,
    describe: [process.execPath, server, '--describe', plugin],
    ...(index === 0 ? { start: [process.execPath, server, '--socket', socket] } : {}),
  }));
}

async function startService(): Promise<Server> {
  const bodies = new Map<number, Buffer>();
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const size = Number(request.url?.split('/').pop());
      const body = bodies.get(size) ?? Buffer.alloc(size, 0x62);
      bodies.set(size, body);
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': size }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Measures all rows in turn, several rounds, and prints medians and ratios. Throws when an answer is not 200. */
export async function runBench({ cast, gateway }: Bench, title: string, rows: readonly Row[]): Promise<void> {
  for (const row of rows) await measure(cast, gateway, { ...row, count: Math.min(row.count, 300) });
  const samples = new Map<Row, Sample[]>(rows.map((row) => [row, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const row of rows) samples.get(row)?.push(await measure(cast, gateway, row));
  }
  const of = (row: Row | undefined, pick: (sample: Sample) => number): number =>
    median((row === undefined ? [] : (samples.get(row) ?? [])).map(pick));
  const rps = (row: Row | undefined): number => of(row, (sample) => sample.rps);
  const lines = rows.map((row) => {
    const peer = (kind: Row['kind']): Row | undefined =>
      rows.find((one) => one.group === row.group && one.kind === kind);
    const first = rows.find((one) => one.group === row.group && one.kind === 'real');
    return [
      row.name,
      rps(row).toFixed(0),
      of(row, ({ p50 }) => p50).toFixed(1),
      of(row, ({ p99 }) => p99).toFixed(1),
      row.kind === 'real' ? of(row, ({ cpu }) => cpu).toFixed(0) : '',
      (rps(row) / rps(peer('plain'))).toFixed(2),
      row.kind === 'plain' ? '' : (rps(row) / rps(peer('empty'))).toFixed(2),
      row.kind === 'real' ? beside(samples.get(row), first && samples.get(first)).toFixed(2) : '',
    ];
  });
  const head = [
    '',
    'requests/s',
    'p50 ms',
    'p99 ms',
    'plugin server CPU us',
    'of plain',
    'of empty plugin',
    'of first, round by round',
  ];
  process.stdout.write(
    `\n${title}: ${gateway.kind} gateway, own jti in every token, median of ${ROUNDS} rounds\n${table([head, ...lines])}\n`,
  );
}

async function measure(cast: Cast, gateway: TestGateway, row: Row): Promise<Sample> {
  const now = Math.floor(Date.now() / 1000);
  const body = Buffer.alloc(row.bodyBytes, 0x61);
  const requests = Array.from({ length: row.count }, () =>
    rawRequest(row.path, row.make?.(now, body) ?? makeRequest({ now, party: cast[row.party], integrity: true, body })),
  );
  const pid = (await gateway.pluginServerPid()) ?? 0;
  const before = cpuSeconds(pid);
  const port = Number(new URL(gateway.url).port);
  const { answers, seconds, statuses, p50, p99 } = await load({ port, connections: row.connections, requests });
  if ([...statuses.keys()].some((status) => status !== 200)) {
    throw new Error(`${row.name}: ${JSON.stringify([...statuses])}`);
  }
  return { rps: answers / seconds, p50, p99, cpu: ((cpuSeconds(pid) - before) / answers) * 1e6 };
}

/** Requests per second as a share of another row's, each round by itself: a machine that others use is never the same twice. */
const beside = (samples: readonly Sample[] = [], first: readonly Sample[] = []): number =>
  median(samples.map(({ rps }, round) => rps / (first[round]?.rps ?? NaN)));

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
