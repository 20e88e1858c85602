import fc from 'fast-check';
import { rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Exporting, SLOW } from '../../../support/audit/exporting';
import { filesIn, turnBit, verifyBundle, verifyWith } from '../../../support/audit/third-party';

const exporting = new Exporting();
const { at, run, text, from } = exporting;

/** Bits to turn in every file; without it one is turned for each check, in one of the files that it is there for. */
const BITS = process.env['SOAK_BUNDLE_BITS'] === undefined ? undefined : Number(process.env['SOAK_BUNDLE_BITS']);
const SEED = Number(process.env['SOAK_SEED'] ?? 20261123);

/** The check that must find a change of this file. */
function checkOf(file: string): string {
  const [folder, name] = [dirname(file), basename(file)];
  if (folder.startsWith('chain/')) return name.endsWith('.jsonl') ? 'stretch ' : 'checkpoint ';
  if (name === 'material.json') return 'material ';
  if (name.startsWith('record-')) return 'record exchange';
  if (name === 'line.json') return `evidence ${folder}`;
  if (name === 'body.bin') return `body ${folder}`;
  if (/^(?:token|header|payload)\./.test(name)) return `token ${folder}`;
  return /^sign/.test(name) ? `signature_of ${folder}` : `certificates ${folder}`;
}

function oneOfEachCheck(files: readonly string[]): readonly string[] {
  const byCheck = new Map<string, string[]>();
  for (const file of files) {
    const [check = ''] = checkOf(file).split(' ');
    byCheck.set(check, [...(byCheck.get(check) ?? []), file]);
  }
  const picks = fc.sample(fc.nat(), { seed: SEED, numRuns: byCheck.size });
  return [...byCheck.values()].map((group, index) => group[(picks[index] ?? 0) % group.length] ?? '');
}

describe('a bundle', { timeout: SLOW }, () => {
  const bundle = at('bundle');
  beforeAll(async () => {
    await exporting.made('plain', ['a1', 'b2', 'c3']);
    await run('b2', ...from('plain'), '--out', 'bundle');
  });

  it('with one bit of any file turned does not verify, and names the file', () => {
    const script = text('bundle', 'verify.sh');
    const files = filesIn(bundle);
    const turns = fc.sample(fc.tuple(fc.nat(), fc.nat(7)), { seed: SEED, numRuns: files.length });
    const turn = (file: string) => turnBit(join(bundle, file), ...(turns[files.indexOf(file)] ?? [0, 0]));
    expect(verifyWith(script, bundle, '--files').code).toBe(0);
    for (const file of ['manifest.json', 'manifest.sha256']) {
      const undo = turn(file);
      expect(verifyWith(script, bundle, '--files').code, file).toBe(1);
      undo();
    }
    // All the others in one run: each is compared by itself.
    const listed = files.filter((file) => !file.startsWith('manifest.'));
    const undo = listed.map(turn);
    const { code, out } = verifyWith(script, bundle, '--files');
    expect([code, [...out.matchAll(/see (\S+)/g)].map(([, file]) => file).toSorted()]).toEqual([1, listed]);
    for (const one of undo) one();
    writeFileSync(join(bundle, 'exchange-1/more.txt'), 'x');
    expect(verifyWith(script, bundle, '--files').code).toBe(1);
    rmSync(join(bundle, 'exchange-1/more.txt'));
  });

  it('nor when the manifest is made to fit the change: what is in the files hangs together', () => {
    // Pages, the list of checks and the script prove nothing themselves.
    const proofs = filesIn(bundle).filter((file) => file.includes('/'));
    const chosen =
      BITS === undefined ? oneOfEachCheck(proofs) : proofs.flatMap((file) => Array<string>(BITS).fill(file));
    expect(chosen.length).toBeGreaterThan(8);
    const turns = fc.sample(fc.tuple(fc.nat(), fc.nat(7)), { seed: SEED, numRuns: chosen.length });
    for (const [index, file] of chosen.entries()) {
      const [place, bit] = turns[index] ?? [0, 0];
      const undo = turnBit(join(bundle, file), place, bit);
      const { code, out } = verifyBundle(bundle, '--only', checkOf(file));
      expect(code, `${file}, byte ${place}, bit ${bit}, seed ${SEED}\n${out}`).toBe(1);
      expect(out).toMatch(/^FAIL/m);
      undo();
    }
    // All is as it was: that such a bundle holds is shown beside.
    expect(verifyBundle(bundle, '--files').code).toBe(0);
  });
});
