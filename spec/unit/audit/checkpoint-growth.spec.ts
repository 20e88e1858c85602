import fc from 'fast-check';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ChainEntry, ChainSigner } from '../../../plugins/core/audit';
import { chainSigner } from '../../support/audit/chain';
import { closed, Collecting, KEPT, refsIn, settle } from '../../support/audit/collecting';

let signer: ChainSigner;
beforeAll(async () => {
  signer = await chainSigner();
});

const RUNS = Number(process.env['SOAK_CHECKPOINT_RUNS'] ?? 8);
const accepted = { modi: { outcome: 'accepted', evidence: KEPT } };

const fileOf = (home: Collecting, number: number): string =>
  join(home.evidenceFolder, `evidence-kong_1-1-1000-${number}.jsonl`);

function exchange(home: Collecting, id: string, file: number): void {
  for (const part of ['request', 'answer']) home.prove(id, part, {}, fileOf(home, file));
  home.writeLine(id, accepted);
}

const evidenceIn = ({ members }: ChainEntry): Readonly<Record<string, number>> =>
  (members['position'] as { evidence: Record<string, number> }).evidence;

/** Bytes of the checkpoints that seal one exchange each, when so many files of evidence are there before. */
async function sizesWith(files: number): Promise<readonly number[]> {
  const home = new Collecting(signer, { chain: { checkpoint_seconds: 10, segment_bytes: 67_108_864 } });
  for (let file = 1; file <= files; file += 1) exchange(home, `old-${file}`, file);
  const one = await home.collector({ withEvidence: true });
  await settle(one);
  for (let number = 10; number < 20; number += 1) {
    home.now += 11_000;
    exchange(home, `new-${number}`, 0);
    await settle(one);
  }
  await closed(one);
  const sealing = (await home.entries('checkpoint')).filter(({ members }) => members['reason'] === 'time');
  return sealing.slice(1).map(({ members }) => JSON.stringify(members['position']).length);
}

describe('a checkpoint', () => {
  it('is as large with many files of evidence as with one', async () => {
    const [few, many] = [await sizesWith(1), await sizesWith(300)];
    expect(few.length).toBeGreaterThan(5);
    expect(many).toHaveLength(few.length);
    // Numbers have more digits when there is more.
    for (const [index, size] of many.entries()) expect(size - (few[index] ?? 0)).toBeLessThan(12);
  });

  it('names the files whose place has changed; all of them at the start of a collector and of a file of the chain', async () => {
    const home = new Collecting(signer, { chain: { checkpoint_records: 5, segment_bytes: 20_000 } });
    for (let number = 1; number <= 60; number += 1) {
      exchange(home, `r${number}`, number % 7);
      if (number % 20 === 0) await home.collect({ withEvidence: true, killed: number === 20 });
    }
    const [all, known] = [await home.entries(), new Map<string, number>()];
    let isFirst = false;
    let least = Infinity;
    for (const entry of all) {
      if (entry.kind === 'segment') isFirst = true;
      if (entry.kind !== 'checkpoint') continue;
      const named = evidenceIn(entry);
      for (const [file, place] of Object.entries(named)) known.set(file, place);
      if (isFirst || entry.members['reason'] === 'start') expect(Object.keys(named).length).toBe(known.size);
      else least = Math.min(least, Object.keys(named).length);
      isFirst = false;
    }
    expect(known.size).toBe(7);
    expect(least).toBe(0);
  });

  it(
    'tells the next collector where to go on, wherever the last one ended: each line of evidence is sealed once',
    { timeout: RUNS * 10_000 },
    async () => {
      const step = fc.record({
        files: fc.array(fc.nat(9), { minLength: 3, maxLength: 9 }),
        // Often enough several files of the chain are filled in one run.
        end: fc.constantFrom(...Array<string>(6).fill('go on'), 'closed', 'killed'),
        removed: fc.option(fc.nat(9), { freq: 6 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 16 }), async (steps) => {
          const home = new Collecting(signer, { chain: { checkpoint_records: 7, segment_bytes: 6_000 } });
          let [made, one] = [0, await home.collector({ withEvidence: true })];
          const removed = new Set<number>();
          for (const { files, end, removed: gone } of steps) {
            for (const file of files.filter((number) => !removed.has(number))) exchange(home, `r${(made += 1)}`, file);
            home.now += 4_000;
            await settle(one);
            if (gone !== null) {
              rmSync(fileOf(home, gone), { force: true });
              removed.add(gone);
            }
            if (end === 'go on') continue;
            await (end === 'closed' ? closed(one) : one.abandon());
            one = await home.collector({ withEvidence: true });
          }
          await settle(one);
          await closed(one);
          const all = await home.entries();
          const refs = all.flatMap(refsIn).map(({ file, offset }) => `${file}:${offset}`);
          expect(refs).toHaveLength(2 * made);
          expect(new Set(refs).size).toBe(2 * made);
          expect(all.filter(({ kind }) => ['evidence', 'orphan'].includes(kind))).toEqual([]);
        }),
        {
          numRuns: RUNS,
          seed: Number(process.env['SOAK_SEED'] ?? 20261123),
        },
      );
    },
  );
});
