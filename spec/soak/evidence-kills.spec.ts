import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { evidenceFiles, readEvidenceFile, type EvidenceRecord } from '../../plugins/core/evidence';
import { makeCast, type Cast } from '../support/corpus';
import { packServer, startTestGateway, type TestGateway } from '../support/gateways';
import { send, startEcho } from '../support/http';
import { auditPlugin, gate, kongYml, signPlugin, verifyPlugin } from '../support/kong-yml';
import { makeRequest } from '../support/requests';

/** `npm run soak` kills a thousand times, in about half an hour; the suite a few. */
const KILLS = Number(process.env['SOAK_EVIDENCE_KILLS'] ?? 3);
const SEED = Number(process.env['SOAK_SEED'] ?? Date.now() % 1_000_000);
const CALLERS = 8;
/** Answers between two kills, at least: only a server that is at work is worth killing. */
const ANSWERS = 8;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What the directory holds, read on from where it was read before. */
class Store {
  readonly parts = new Map<string, string[]>();
  readonly torn = new Map<string, number>();
  malformed = 0;
  private readonly offsets = new Map<string, number>();
  private readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  async follow(): Promise<void> {
    for (const { name } of await evidenceFiles(this.directory)) {
      this.torn.delete(name);
      for await (const one of readEvidenceFile(this.directory, name, this.offsets.get(name) ?? 0)) {
        // A torn line may yet become a whole one.
        if (one.kind === 'torn') this.torn.set(name, one.bytes);
        else this.offsets.set(name, one.offset + one.bytes + 1);
        if (one.kind === 'malformed') this.malformed += 1;
        if (one.kind === 'line') this.note(one);
      }
    }
  }

  private note({ requestId, part }: EvidenceRecord): void {
    if (requestId !== undefined) this.parts.set(requestId, [...(this.parts.get(requestId) ?? []), part]);
  }
}

interface Load {
  /** Kong's ids of the requests whose caller got the service's answer, since last taken. */
  acknowledged: string[];
  answered: number;
  readonly others: Map<number | string, number>;
  stop: boolean;
}

async function caller(gateway: TestGateway, cast: Cast, load: Load, agent: Agent): Promise<void> {
  while (!load.stop) {
    const request = makeRequest({ now: Math.floor(Date.now() / 1000), party: cast.ec, integrity: true });
    const answer = await send(`${gateway.url}/kept`, request, { agent }).catch(() => undefined);
    if (answer?.status === 200) {
      load.answered += 1;
      load.acknowledged.push(String(answer.headers['x-kong-request-id']));
      continue;
    }
    const kind = answer?.status ?? 'broken';
    load.others.set(kind, (load.others.get(kind) ?? 0) + 1);
    await pause(20);
  }
}

async function start(cast: Cast): Promise<{ gateway: TestGateway; directory: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'modi-evidence-kills-'));
  const directory = join(folder, 'evidence');
  const echo = await startEcho();
  const plugins = [
    verifyPlugin(folder, cast, { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] }),
    gate,
    signPlugin(folder, cast.other, { audience: 'client_id', request_digest: true }),
    auditPlugin(directory, { durability: 'before_response', max_file_size: 1_000_000 }),
  ];
  const gateway = await startTestGateway({
    folder,
    kongYml: kongYml(echo.url, [{ name: 'kept', plugins }]),
    pluginServers: packServer(folder, ['modi-verify', 'modi-sign', 'modi-audit'], '--log-level', 'silent'),
  });
  onTestFinished(async () => {
    await gateway.stop();
    echo.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { gateway, directory };
}

it(
  `kill -9 of the plugin server at random instants under load, ${KILLS} times: whoever got an answer has left evidence, of both ways`,
  { timeout: 60_000 + KILLS * 5_000 },
  async () => {
    const cast = await makeCast();
    const { gateway, directory } = await start(cast);
    const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
    const load: Load = { acknowledged: [], answered: 0, others: new Map(), stop: false };
    const callers = Promise.all(Array.from({ length: CALLERS }, () => caller(gateway, cast, load, agent)));
    const [store, next] = [new Store(directory), random(SEED)];
    const missing: string[] = [];
    const check = async (): Promise<void> => {
      const ids = load.acknowledged.splice(0);
      await store.follow();
      for (const id of ids) {
        const parts = store.parts.get(id) ?? [];
        if (!parts.includes('request') || !parts.includes('answer')) missing.push(`${id}: ${parts.join()}`);
        store.parts.delete(id);
      }
    };
    for (let killed = 0; killed < KILLS; killed += 1) {
      const before = load.answered;
      while (load.answered < before + ANSWERS) await pause(5);
      await pause(next() * 300);
      const pid = await gateway.pluginServerPid();
      if (pid === undefined) throw new Error('a server that answered has no process');
      process.kill(pid, 'SIGKILL');
      await check();
      expect(missing).toEqual([]);
      if (killed % 100 === 99) process.stderr.write(`evidence kills so far ${killed + 1}, answered ${load.answered}\n`);
    }
    load.stop = true;
    await callers;
    agent.destroy();
    await check();
    process.stderr.write(
      `evidence kills ${KILLS}, seed ${SEED}: answered ${load.answered}, others ${JSON.stringify([...load.others])}, torn ends ${store.torn.size}\n`,
    );
    expect(missing).toEqual([]);
    expect(store.malformed).toBe(0);
    expect(load.answered).toBeGreaterThan(KILLS * ANSWERS - 1);
    expect([...load.others.keys()].filter((kind) => ![500, 502, 503, 'broken'].includes(kind))).toEqual([]);
  },
);
