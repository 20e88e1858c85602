import { appendFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readChain } from '../../plugins/core/audit';
import { CollectorHome } from '../support/audit/collector-child';
import { allFarEnds, compact, farEndAuthority, type TestFarEnd } from '../support/audit/far-ends';
import { makeCast, type Cast } from '../support/corpus';
import { packServer, startTestGateway } from '../support/gateways';
import { startEcho } from '../support/http';
import { auditPlugin, gate, kongYml, verifyPlugin } from '../support/kong-yml';
import { load, type LoadResult } from '../support/load/load';
import { residentBytes } from '../support/load/process-facts';
import { rawRequest } from '../support/load/raw-request';
import { random } from '../support/soak/random';
import { makeRequest } from '../support/requests';

/** `npm run soak:sinks` sends 500 requests a second and takes the far ends away for ten minutes; the suite for seconds. */
const RATE = Number(process.env['SOAK_SINK_RATE'] ?? 30);
const OUTAGE = Number(process.env['SOAK_SINK_OUTAGE'] ?? 3);
const SHORT = Number(process.env['SOAK_SINK_PHASE'] ?? 1);
/** Longest time in which the sinks may send what they could not; in the suite that is not waited for. */
const CATCH_UP = SHORT < 10 ? 0 : 2 * OUTAGE;
const SEED = Number(process.env['SOAK_SEED'] ?? Date.now() % 1_000_000);

interface Phase {
  /** `behind`: the far ends are there again, and the sinks have not yet sent all; it ends when they have. */
  readonly state: 'up' | 'down' | 'behind';
  readonly seconds: number;
}

/**
 * Short outages in turn with as long a time of service, since the load of the machine changes meanwhile, and a long one at
 * the end: what is left by it is sent when nobody calls any more.
 */
const PHASES: readonly Phase[] = [
  ...Array.from({ length: 3 }, () => [
    { state: 'up', seconds: SHORT } as const,
    { state: 'down', seconds: SHORT } as const,
    { state: 'behind', seconds: CATCH_UP } as const,
  ]).flat(),
  { state: 'up', seconds: SHORT },
  { state: 'down', seconds: OUTAGE },
];

/** So many records behind is what is under way. */
const UNDER_WAY = 2 * RATE;

/** Whether every sink has sent what the chain holds, by their cursors. */
function haveSent({ audit }: CollectorHome, kinds: readonly string[]): boolean {
  const seqIn = (file: string): number =>
    existsSync(file) ? Number(/"seq":(\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) : 0;
  const last = seqIn(join(audit, 'node.head'));
  return kinds.every((kind) => seqIn(join(audit, `.sinks/${kind}/node.cursor`)) >= last - UNDER_WAY);
}

/** As many as the phase has room for at its pace; fewer where the machine is slower than that, or `isOver`. */
function* requests(cast: Cast, seconds: number, isOver: () => boolean): Generator<Buffer> {
  const end = performance.now() + seconds * 1000;
  for (let left = RATE * seconds; left > 0 && performance.now() < end; left -= 1) {
    if (left % RATE === 0 && isOver()) return;
    yield rawRequest('/kept', makeRequest({ now: Math.floor(Date.now() / 1000), party: cast.ec }));
  }
}

/** A gateway whose calls are recorded and proven into the folders of a collector. */
async function start(home: CollectorHome, cast: Cast): Promise<number> {
  const echo = await startEcho();
  const plugins = [
    verifyPlugin(home.folder, cast, { patterns: ['ID_AUTH_REST_02'] }),
    gate,
    auditPlugin(join(home.folder, 'evidence'), { durability: 'async' }),
    { name: 'file-log', config: { path: home.log } },
  ];
  const gateway = await startTestGateway({
    folder: home.folder,
    kongYml: kongYml(echo.url, [{ name: 'kept', plugins }]),
    pluginServers: packServer(home.folder, ['modi-verify', 'modi-audit'], '--log-level', 'warn'),
  });
  onTestFinished(async () => {
    await gateway.stop();
    echo.close();
  });
  return Number(new URL(gateway.url).port);
}

const mebibytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** What the phases have cost the callers: a measurement, printed and not judged. */
function report(results: readonly (Phase & LoadResult & { readonly resident: readonly number[] })[]): void {
  for (const { state, answers, p50, p99, resident, seconds } of results) {
    const memory = `${mebibytes(Math.min(...resident))}-${mebibytes(Math.max(...resident))}`;
    process.stderr.write(
      `sinks ${state} ${seconds.toFixed(0)} s: ${(answers / seconds).toFixed(0)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, collector ${memory} MiB\n`,
    );
  }
  const of = (state: Phase['state']): number =>
    median(results.filter((one) => one.state === state).map(({ p50 }) => p50));
  process.stderr.write(`p50 down / up ${(of('down') / of('up')).toFixed(2)}, seed ${SEED}\n`);
}

it(
  `${RATE} requests a second, and every far end down for ${OUTAGE} s: nothing lost, nothing doubled, memory bounded`,
  { timeout: 120_000 + (OUTAGE + 9 * SHORT) * 3000 },
  async () => {
    const [home, cast] = [
      await CollectorHome.make(mkdtempSync(join(tmpdir(), 'modi-audit-outage-'))),
      await makeCast(),
    ];
    onTestFinished(() => {
      home.remove();
    });
    const ca = join(home.folder, 'far-end-ca.pem');
    writeFileSync(ca, await farEndAuthority());
    const farEnds = await allFarEnds(ca);
    const queue = 'queue: {max_batch_size: 500, initial_retry_delay: 1, max_retry_delay: 5}';
    const sinks = farEnds.map(({ kind, yaml }) => `  - {name: ${kind}, ${yaml}, ${queue}}\n`);
    appendFileSync(join(home.folder, 'audit.yml'), `sinks:\n${sinks.join('')}`);
    const port = await start(home, cast);
    const collector = home.start();
    onTestFinished(() => void collector.stop('SIGKILL'));
    await collector.ready;
    const next = random(SEED);
    // One after the other, at moments of the seed's choice: each in another state of its work.
    const turn = async (state: 'up' | 'down', one: TestFarEnd): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, next() * 500));
      await one[state]();
    };

    const results = [];
    const kinds = farEnds.map(({ kind }) => kind);
    let isUp = true;
    for (const phase of PHASES) {
      const { state, seconds } = phase;
      if ((state !== 'down') !== isUp) {
        isUp = !isUp;
        await Promise.all(farEnds.map((one) => turn(isUp ? 'up' : 'down', one)));
      }
      const isOver = () => state === 'behind' && haveSent(home, kinds);
      const resident: number[] = [];
      const sampler = setInterval(() => resident.push(residentBytes(collector.child.pid ?? 0)), 250);
      const result = await load({ port, connections: 32, perSecond: RATE, requests: requests(cast, seconds, isOver) });
      clearInterval(sampler);
      results.push({
        ...result,
        state,
        resident: resident.length > 0 ? resident : [residentBytes(collector.child.pid ?? 0)],
      });
    }
    report(results);
    await Promise.all(farEnds.map((one) => turn('up', one)));
    await collector.stop('SIGTERM');
    expect(await home.start({ once: true }).ended).toBe(0);

    const chain = new Map<number, string>();
    let calls = 0;
    for await (const { seq, hash, kind } of readChain(home.audit)) {
      chain.set(seq, compact(hash));
      if (kind === 'access') calls += 1;
    }
    const sent = results.reduce((sum, { answers }) => sum + answers, 0);
    const statuses = new Set(results.flatMap((result) => [...result.statuses.keys()]));
    expect({ statuses: [...statuses], calls }).toEqual({ statuses: [200], calls: sent });
    for (const { kind, ledger } of farEnds) {
      const { hashes, repeated, conflicts } = await ledger();
      process.stderr.write(
        `${kind}: ${hashes.size} of ${chain.size} records, ${repeated} came again and were known by their id\n`,
      );
      expect(conflicts).toBe(0);
      expect(hashes.size).toBe(chain.size);
      expect([...chain].filter(([seq, hash]) => hashes.get(seq) !== hash)).toEqual([]);
    }
    // What is kept for ever would raise the floor: of the long outage, the halves are compared.
    const long = results.at(-1)?.resident ?? [];
    const [first, second] = [long.slice(0, long.length >> 1), long.slice(long.length >> 1)];
    expect(Math.min(...second) / Math.min(...first)).toBeLessThan(1.35);
    // A line when it begins to wait, another when that is over; no crash, no flood.
    const lines = collector.err.trimEnd().split('\n');
    expect(lines.every((line) => line.includes('an audit sink'))).toBe(true);
    expect(lines.length).toBeLessThan(farEnds.length * PHASES.length * 4);
  },
);
