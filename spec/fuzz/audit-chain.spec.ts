import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, it } from 'vitest';
import { verifyFolder } from '../../plugins/core/audit';
import { appendSome, chainSigner, openChain } from '../support/audit/chain';
import { mutatedBytes } from '../support/fuzz/bytes';
import { mutatedJson } from '../support/fuzz/json';
import type { Random } from '../support/fuzz/random';
import { fuzz, PATIENCE } from '../support/fuzz/run';
import { IDENTICAL, refused, Violation, type FuzzTarget } from '../support/fuzz/target';

const directory = mkdtempSync(join(tmpdir(), 'modi-fuzz-chain-'));
let files: ReadonlyMap<string, Buffer>;

beforeAll(async () => {
  const signer = await chainSigner();
  const writer = await openChain({ directory, signer: () => signer, segmentBytes: 5000 });
  await appendSome(writer, 20);
  await writer.close({});
  files = new Map(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name))]));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

type Mutator = (lines: readonly string[], at: number, random: Random) => readonly string[];

/** Edits that know lines; the rest knows bytes. */
const MUTATORS: readonly Mutator[] = [
  (lines, at) => lines.toSpliced(at, 1),
  (lines, at) => lines.toSpliced(at, 0, lines[at] ?? ''),
  (lines, at, random) => lines.toSpliced(random.below(lines.length), 0, lines[at] ?? ''),
  (lines, at, random) => lines.with(at, mutatedJson(lines[at] ?? '', random).toString('latin1')),
  (lines, at) => lines.slice(0, at),
  (lines, at) => [...lines.slice(at), ...lines.slice(0, at)],
];

function edited(bytes: Buffer, random: Random, other: Buffer): Buffer {
  if (random.oneIn(2)) return mutatedBytes(bytes, random, other);
  const lines = bytes.toString('latin1').split('\n');
  return Buffer.from(random.pick(MUTATORS)(lines, random.below(lines.length), random).join('\n'), 'latin1');
}

it('a chain of which any byte is another is never verified as intact', { timeout: PATIENCE }, async () => {
  const target: FuzzTarget = {
    kind: 'audit chain',
    reaches: ['AUDIT_RECORD_EDITED', 'AUDIT_LINE_MALFORMED', 'AUDIT_HEAD_FORGED'],
    make(random) {
      const [name, bytes] = random.pick([...files]);
      return [{ name, bytes: edited(bytes, random, random.pick([...files.values()])) }];
    },
    async judge([{ name, bytes } = { name: '', bytes: Buffer.alloc(0) }]) {
      const original = files.get(name);
      if (original === undefined) return IDENTICAL;
      writeFileSync(join(directory, name), bytes);
      try {
        const { findings, chains } = await verifyFolder(directory);
        const [finding] = findings;
        if (finding !== undefined) return refused(finding.code);
        // A line that was being written when its writer died is no record yet: what stands before it is what was there.
        const torn = name.endsWith('.head') ? 0 : (chains[0]?.torn ?? 0);
        if (bytes.subarray(0, bytes.length - torn).equals(original)) return IDENTICAL;
        throw new Violation('intact');
      } finally {
        writeFileSync(join(directory, name), original);
      }
    },
  };
  await fuzz(target, 0.2);
});
