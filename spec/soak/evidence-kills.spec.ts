import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readChain, verifyFolder, type VerifiedUpTo } from '../../plugins/core/audit';
import { CollectorHome } from '../support/audit/collector-child';
import { makeCast, type Cast } from '../support/corpus';
import { packServer, startTestGateway, type TestGateway } from '../support/gateways';
import { startEcho } from '../support/http';
import { auditPlugin, gate, kongYml, signPlugin, verifyPlugin } from '../support/kong-yml';
import { Callers } from '../support/soak/callers';
import { EvidenceStore } from '../support/soak/evidence-store';
import { pause, random } from '../support/soak/random';

type Victim = 'server' | 'collector' | 'both';

/** Kills of each kind of victim: `npm run soak:evidence` a thousand, the suite a few. */
const KILLS = Number(process.env['SOAK_EVIDENCE_KILLS'] ?? 2);
/** A run goes in chunks, each with a gateway and a chain of its own; SOAK_FIRST_CHUNK goes on where one was broken off. */
const CHUNK = 50;
const FIRST_CHUNK = Number(process.env['SOAK_FIRST_CHUNK'] ?? 0);
const SEED = Number(process.env['SOAK_SEED'] ?? 20_261_130);
const VICTIMS = (process.env['SOAK_VICTIMS'] ?? 'server,collector,both').split(',') as Victim[];
const CALLERS = 8;
/** Answers between two kills, at least: only a server that is at work is worth killing. */
const ANSWERS = 8;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function start(cast: Cast): Promise<{ gateway: TestGateway; home: CollectorHome; directory: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'modi-evidence-kills-'));
  const chain = ['checkpoint_records: 50', 'checkpoint_seconds: 1', 'segment_bytes: 262144'];
  const home = await CollectorHome.make(folder, chain, { evidenceWait: 10 });
  const directory = join(folder, 'evidence');
  const echo = await startEcho();
  const plugins = [
    verifyPlugin(folder, cast, { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'] }),
    gate,
    signPlugin(folder, cast.other, { audience: 'client_id', request_digest: true }),
    auditPlugin(directory, { durability: 'before_response', max_file_size: 1_000_000 }),
    { name: 'file-log', config: { path: home.log } },
  ];
  const gateway = await startTestGateway({
    folder,
    kongYml: kongYml(echo.url, [{ name: 'kept', plugins }]),
    pluginServers: packServer(folder, ['modi-verify', 'modi-sign', 'modi-audit'], '--log-level', 'silent'),
  });
  onTestFinished(async () => {
    await gateway.stop();
    echo.close();
    home.remove();
  });
  return { gateway, home, directory };
}

async function killServer(gateway: TestGateway): Promise<void> {
  const pid = await gateway.pluginServerPid();
  if (pid === undefined) throw new Error('a server that answered has no process');
  process.kill(pid, 'SIGKILL');
}

/** How often each request is in the chain, and with how many lines of evidence. */
async function inChain(folder: string): Promise<Map<string, { times: number; evidence: number }>> {
  const found = new Map<string, { times: number; evidence: number }>();
  for await (const { kind, members } of readChain(folder)) {
    if (kind !== 'access') continue;
    const { id } = members['record'] as { id: string };
    const evidence = ((members['evidence'] ?? []) as unknown[]).length;
    found.set(id, { times: (found.get(id)?.times ?? 0) + 1, evidence });
  }
  return found;
}

/** Every kind of victim in turn, so that a run that is broken off has seen them all. */
const chunks = Array.from({ length: Math.ceil(KILLS / CHUNK) }, (_, chunk) => chunk)
  .slice(FIRST_CHUNK)
  .flatMap((chunk) => VICTIMS.map((victim) => [victim, chunk, Math.min(CHUNK, KILLS - chunk * CHUNK)] as const));

it.each(chunks)(
  'kill -9 of %s under load, chunk %d, %d times at random instants: whoever got an answer is in the chain once, with evidence of both ways',
  { timeout: 180_000 + Math.min(CHUNK, KILLS) * 30_000 },
  async (victim, chunk, kills) => {
    const cast = await makeCast();
    const { gateway, home, directory } = await start(cast);
    const callers = new Callers(`${gateway.url}/kept`, cast, CALLERS);
    const [store, next] = [new EvidenceStore(directory), random(SEED + chunk)];
    const acknowledged: string[] = [];
    /** Those whose caller got an answer, and whose evidence is not on the disk. */
    const withoutEvidence = async (): Promise<string[]> => {
      const ids = callers.acknowledged.splice(0);
      acknowledged.push(...ids);
      await store.follow();
      return ids.filter((id) => store.take(id).toSorted().join() !== 'answer,request');
    };
    let upTo: ReadonlyMap<string, VerifiedUpTo> = new Map();
    for (let killed = 0; killed < kills; killed += 1) {
      const collector = home.start();
      await collector.ready;
      const before = callers.answered;
      while (callers.answered < before + ANSWERS) await pause(5);
      await pause(next() * 300);
      if (victim !== 'collector') await killServer(gateway);
      // One that is not to be killed is stopped: a chain at rest is verified.
      await collector.stop(victim === 'server' ? 'SIGTERM' : 'SIGKILL');
      expect(await withoutEvidence(), `seed ${SEED}, chunk ${chunk}, kill ${killed + 1}`).toEqual([]);
      const verdict = await verifyFolder(home.audit, { from: upTo });
      expect(verdict.findings, `seed ${SEED}, chunk ${chunk}, kill ${killed + 1}`).toEqual([]);
      upTo = new Map(verdict.chains.map((one) => [one.upTo.state.node, one.upTo]));
      if (killed % 10 === 9) say(`${victim} chunk ${chunk}: kills ${killed + 1}, answered ${callers.answered}`);
    }
    await callers.stop();
    expect(await home.start({ once: true }).ended).toBe(0);

    expect(await withoutEvidence()).toEqual([]);
    expect((await verifyFolder(home.audit)).findings).toEqual([]);
    const found = await inChain(home.audit);
    const wrong = acknowledged.filter((id) => found.get(id)?.times !== 1 || found.get(id)?.evidence !== 2);
    say(
      `${victim} chunk ${chunk}, seed ${SEED}: kills ${kills}, answered ${callers.answered}, in the chain ${found.size}, ` +
        `not as they should be ${wrong.length}, others ${JSON.stringify([...callers.others])}, torn ends ${store.torn.size}`,
    );
    expect(wrong).toEqual([]);
    expect([...found.values()].every(({ times }) => times === 1)).toBe(true);
    expect(store.malformed).toBe(0);
    expect([...callers.others.keys()].filter((kind) => ![500, 502, 503, 'broken'].includes(kind))).toEqual([]);
  },
);
