import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCast, type Cast } from '../support/corpus';
import { packServer, startTestGateway, type PluginServerSpec, type TestGateway } from '../support/gateways';
import { startEcho } from '../support/http';
import { kongYml, verifyPlugin } from '../support/kong-yml';
import { load } from '../support/load/load';
import { cpuSeconds } from '../support/load/process-facts';
import { rawRequest } from '../support/load/raw-request';
import { makeRequest, type Party } from '../support/requests';
import { table } from './table';

/** Requests of one measurement, and how often each row is measured in turn. */
const COUNT = Number(process.env['BENCH_REQUESTS'] ?? 6000);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const CONNECTIONS = 32;

interface Row {
  readonly name: string;
  readonly route: 'plain' | 'empty' | 'verify';
  readonly party: 'ec' | 'rsa';
  readonly bodyBytes: number;
  readonly count: number;
}

const row = (name: string, route: Row['route'], party: Row['party'], bodyBytes = 1024, count = COUNT): Row => ({
  name,
  route,
  party,
  bodyBytes,
  count,
});
const LARGE = Math.max(100, Math.floor(COUNT / 30));

const ROWS: readonly Row[] = [
  row('plain route, ES256 tokens, 1 KiB', 'plain', 'ec'),
  row('empty plugin, same calls, ES256 tokens, 1 KiB', 'empty', 'ec'),
  row('modi-verify, two ES256 tokens, 1 KiB', 'verify', 'ec'),
  row('plain route, RS256 tokens, 1 KiB', 'plain', 'rsa', 1024, Math.floor(COUNT / 2)),
  row('empty plugin, same calls, RS256 tokens, 1 KiB', 'empty', 'rsa', 1024, Math.floor(COUNT / 2)),
  row('modi-verify, two RS256 tokens, 1 KiB', 'verify', 'rsa', 1024, Math.floor(COUNT / 2)),
  row('plain route, 1 MiB', 'plain', 'ec', 1024 * 1024, LARGE),
  row('empty plugin, same calls, 1 MiB', 'empty', 'ec', 1024 * 1024, LARGE),
  row('modi-verify, two ES256 tokens, 1 MiB', 'verify', 'ec', 1024 * 1024, LARGE),
];

let cast: Cast;
let gateway: TestGateway;
let echo: Awaited<ReturnType<typeof startEcho>>;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'modi-bench-'));
  [cast, echo] = await Promise.all([makeCast(), startEcho()]);
  const server = join(__dirname, 'empty-plugin-server.cjs');
  const socket = join(folder, 'empty.sock');
  const empty: PluginServerSpec = {
    plugin: 'bench-empty',
    socket,
    describe: [process.execPath, server, '--describe'],
    start: [process.execPath, server, '--socket', socket],
  };
  gateway = await startTestGateway({
    folder,
    kongYml: kongYml(echo.url, [
      { name: 'plain', plugins: [] },
      { name: 'empty', plugins: [{ name: 'bench-empty', config: {} }] },
      { name: 'verify', plugins: [verifyPlugin(folder, cast, { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] })] },
    ]),
    pluginServers: [...packServer(folder, ['modi-verify'], '--log-level', 'warn'), empty],
  });
}, 120_000);

afterAll(async () => {
  await gateway.stop();
  echo.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Each request with tokens and jti of its own, made just before it is measured. */
function requestsOf({ route, party, bodyBytes, count }: Row): Buffer[] {
  const now = Math.floor(Date.now() / 1000);
  const body = Buffer.alloc(bodyBytes, 0x61);
  const signer: Party = cast[party];
  return Array.from({ length: count }, () =>
    rawRequest(`/${route}`, makeRequest({ now, party: signer, integrity: true, body })),
  );
}

interface Sample {
  readonly rps: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuMicros: number;
}

async function measure(one: Row): Promise<Sample> {
  const requests = requestsOf(one);
  const pid = await gateway.pluginServerPid();
  const before = pid === undefined ? 0 : cpuSeconds(pid);
  const { answers, seconds, statuses, p50, p99 } = await load({
    port: Number(new URL(gateway.url).port),
    connections: CONNECTIONS,
    requests,
  });
  expect([one.name, [...statuses.keys()]]).toEqual([one.name, [200]]);
  const cpu = pid === undefined || one.route !== 'verify' ? 0 : cpuSeconds(pid) - before;
  return { rps: answers / seconds, p50, p99, cpuMicros: (cpu / answers) * 1e6 };
}

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

it(
  'modi-verify beside a plain route and an empty plugin that makes the same calls',
  { timeout: 3_600_000 },
  async () => {
    await measure(row('warm-up', 'empty', 'ec', 1024, 1000));
    await measure(row('warm-up', 'verify', 'ec', 1024, 1000));
    const samples = new Map<Row, Sample[]>(ROWS.map((one) => [one, []]));
    for (let round = 0; round < ROUNDS; round += 1) for (const one of ROWS) samples.get(one)?.push(await measure(one));

    const rps = (one: Row): number => median((samples.get(one) ?? []).map((sample) => sample.rps));
    const lines = ROWS.map((one, index) => {
      const [plain, empty] = [ROWS[index - (index % 3)], ROWS[index - (index % 3) + 1]];
      const of = (pick: (sample: Sample) => number): number => median((samples.get(one) ?? []).map(pick));
      return [
        one.name,
        rps(one).toFixed(0),
        of(({ p50 }) => p50).toFixed(1),
        of(({ p99 }) => p99).toFixed(1),
        one.route === 'verify' ? of(({ cpuMicros }) => cpuMicros).toFixed(0) : '',
        plain === undefined ? '' : (rps(one) / rps(plain)).toFixed(2),
        empty === undefined || one.route === 'plain' ? '' : (rps(one) / rps(empty)).toFixed(2),
      ];
    });
    const title = `${gateway.kind} gateway, ${CONNECTIONS} connections, every request with its own two jti, median of ${ROUNDS} rounds`;
    const head = ['route', 'requests/s', 'p50 ms', 'p99 ms', 'plugin server CPU us', 'of plain', 'of empty plugin'];
    process.stdout.write(`\n${title}\n${table([head, ...lines])}\n`);
  },
);
