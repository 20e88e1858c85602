import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readChain, verifyFolder, type VerifiedUpTo } from '../../plugins/core/audit';
import { CollectorHome } from '../support/audit/collector-child';

/** `npm run soak:audit` kills a thousand times; the suite a few. */
const KILLS = Number(process.env['SOAK_AUDIT_KILLS'] ?? 6);

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Instants that are the same in every run: a small linear congruential generator. */
function* instants(seed: number): Generator<number> {
  for (let state = seed; ;) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield state % 300;
  }
}

it(
  `kill -9 of the collector under load, ${KILLS} times: every exchange is in the chain once, with its evidence, and the chain verifies after each`,
  { timeout: 120_000 + KILLS * 3_000 },
  async () => {
    const home = await CollectorHome.make(mkdtempSync(join(tmpdir(), 'modi-audit-kills-')), [
      'checkpoint_records: 50',
      'checkpoint_seconds: 1',
      'segment_bytes: 65536',
    ]);
    onTestFinished(() => {
      home.remove();
    });
    let sent = 0;
    const stop = new AbortController();
    const load = (async () => {
      while (!stop.signal.aborted) {
        for (let burst = 0; burst < 4; burst += 1) home.exchange(`r${(sent += 1)}`);
        if (sent % 400 === 0) home.rotate();
        await pause(4);
      }
    })();

    let upTo: ReadonlyMap<string, VerifiedUpTo> = new Map();
    const random = instants(20_261_123);
    for (let killed = 0; killed < KILLS; killed += 1) {
      const collector = home.start();
      // Every third is killed while it still opens the chain.
      if (killed % 3 !== 2) await collector.ready;
      await pause(random.next().value as number);
      await collector.stop('SIGKILL');
      const verdict = await verifyFolder(home.audit, { from: upTo });
      expect(verdict.findings, `after kill ${killed + 1}`).toEqual([]);
      upTo = new Map(verdict.chains.map((chain) => [chain.upTo.state.node, chain.upTo]));
    }
    stop.abort();
    await load;
    expect(await home.start({ once: true }).ended).toBe(0);

    expect((await verifyFolder(home.audit)).findings).toEqual([]);
    const [requests, evidence, others] = [new Map<string, number>(), new Map<string, number>(), new Set<string>()];
    for await (const { kind, members } of readChain(home.audit)) {
      const refs = (members['evidence'] ?? []) as { file: string; offset: number }[];
      for (const { file, offset } of refs) count(evidence, `${file}:${offset}`);
      if (kind !== 'access') others.add(kind);
      else {
        count(requests, (members['record'] as { id: string }).id);
        expect(refs).toHaveLength(2);
      }
    }
    process.stderr.write(`collector killed ${KILLS} times, exchanges ${sent}, in the chain ${requests.size}\n`);
    expect(requests.size).toBe(sent);
    expect([...requests.values()].every((times) => times === 1)).toBe(true);
    expect(evidence.size).toBe(sent * 2);
    expect([...evidence.values()].every((times) => times === 1)).toBe(true);
    expect([...others].toSorted()).toEqual(['checkpoint', 'segment', 'start']);
  },
);

const count = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};
