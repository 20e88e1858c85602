import { rmSync, writeFileSync } from 'node:fs';
import { beforeAll, it } from 'vitest';
import { sha256 } from '../../plugins/core/audit/chain';
import type { ChainEntry, ChainSigner } from '../../plugins/core/audit';
import { chainSigner, START } from '../support/audit/chain';
import { Collecting, KEPT, range, recordIn, refsIn } from '../support/audit/collecting';
import { kongLine } from '../support/audit/kong-lines';
import { mutatedBytes } from '../support/fuzz/bytes';
import { mutatedJson } from '../support/fuzz/json';
import type { Random } from '../support/fuzz/random';
import { fuzz, PATIENCE } from '../support/fuzz/run';
import { IDENTICAL, partOf, PERMITTED, refused, Violation, type FuzzTarget, type Input } from '../support/fuzz/target';

let signer: ChainSigner;
beforeAll(async () => {
  signer = await chainSigner();
});

const IDS = range(1, 20);

const spoolLine = (id: string): string =>
  kongLine(id, {
    started_at: START,
    latencies: { request: 10 },
    modi: { outcome: 'accepted', evidence: KEPT },
  }).trimEnd();
const evidenceLines = (id: string): readonly string[] =>
  ['request', 'answer'].map((part) =>
    JSON.stringify({ v: 1, request_id: id, part, at: new Date(START).toISOString(), client: 'c' }),
  );

const GOOD = { spool: IDS.map(spoolLine), evidence: IDS.flatMap(evidenceLines) };

const plain = (lines: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]));

/** A file with one line in three edited, as JSON or blindly; not the first, by which the file is known. */
const damaged = (lines: readonly string[], random: Random): Buffer =>
  plain(lines.map((line, at) => (at > 0 && random.oneIn(3) ? edited(line, random.pick(lines), random) : line)));

const edited = (line: string, other: string, random: Random): Buffer =>
  random.oneIn(2) ? mutatedJson(line, random) : mutatedBytes(Buffer.from(line), random, Buffer.from(other));

/** The lines of a file, without their line feeds. */
function linesOf(bytes: Buffer): readonly Buffer[] {
  const found: Buffer[] = [];
  for (let from = 0, end = bytes.indexOf(0x0a); end !== -1; from = end + 1, end = bytes.indexOf(0x0a, from)) {
    found.push(bytes.subarray(from, end));
  }
  return found;
}

function idIn(
  line: Buffer,
  member: (value: { request?: { id?: unknown }; request_id?: unknown } | null) => unknown,
): unknown {
  try {
    return member(JSON.parse(line.toString('utf8')) as Parameters<typeof member>[0]);
  } catch {
    return undefined;
  }
}

/** Every line is told by a record that says its hash, or is one of a request that has its record. @throws Violation */
function requireTold(input: Input, entries: readonly ChainEntry[]): void {
  const ids = entries.filter(({ kind }) => kind === 'access').map((entry) => recordIn(entry)['id']);
  const unread = new Set(entries.filter(({ kind }) => kind === 'unreadable').map(({ members }) => members['sha256']));
  const refs = new Set(entries.flatMap((entry) => refsIn(entry).map((ref) => ref.sha256)));
  for (const line of linesOf(partOf(input, 'spool'))) {
    const id = idIn(line, (value) => value?.request?.id);
    if (!unread.has(sha256(line)) && !ids.includes(id)) throw new Violation('a line of the spool is not told');
  }
  for (const line of linesOf(partOf(input, 'evidence'))) {
    if (!refs.has(sha256(line))) throw new Violation('a line of evidence is not told');
  }
  if (new Set(ids).size !== ids.length) throw new Violation('a request has two records');
}

/** A record has the evidence of its own request, all of it that is whole, and no other. @throws Violation */
function requireOwn(input: Input, entries: readonly ChainEntry[]): void {
  const lines = linesOf(partOf(input, 'evidence'));
  for (const entry of entries.filter(({ kind }) => kind === 'access' || kind === 'orphan')) {
    const id = entry.kind === 'access' ? recordIn(entry)['id'] : entry.members['id'];
    const hashes = refsIn(entry).map((ref) => ref.sha256);
    for (const line of lines.filter((one) => hashes.includes(sha256(one)))) {
      const own = idIn(line, (value) => value?.request_id) ?? id;
      if (own !== id) throw new Violation(`the record of ${String(id)} has evidence of ${String(own)}`);
      if (!line.includes(`"request_id":"${String(id)}"`)) throw new Violation('evidence of nobody in a record');
    }
    for (const line of GOOD.evidence.map((one) => Buffer.from(one))) {
      const isDue = lines.some((one) => one.equals(line)) && idIn(line, (value) => value?.request_id) === id;
      if (isDue && !hashes.includes(sha256(line))) throw new Violation('a record lacks its evidence');
    }
  }
}

it('damaged lines of spool or evidence are told, and join no other request', { timeout: PATIENCE }, async () => {
  const target: FuzzTarget = {
    kind: 'collector lines',
    reaches: ['unreadable'],
    limitMs: 1000,
    make(random) {
      const ofSpool = random.oneIn(2);
      return [
        { name: 'spool', bytes: ofSpool ? damaged(GOOD.spool, random) : plain(GOOD.spool) },
        { name: 'evidence', bytes: ofSpool ? plain(GOOD.evidence) : damaged(GOOD.evidence, random) },
      ];
    },
    async judge(input) {
      const home = new Collecting(signer);
      try {
        writeFileSync(home.log, partOf(input, 'spool'));
        writeFileSync(home.evidenceFile, partOf(input, 'evidence'));
        // At once, and once nobody waits any more for what has not come.
        await home.collect({ withEvidence: true });
        home.now += 600_000;
        await home.collect({ withEvidence: true });
        const entries = await home.entries();
        requireTold(input, entries);
        requireOwn(input, entries);
        if (entries.some(({ kind }) => kind === 'unreadable' || kind === 'evidence')) return refused('unreadable');
        const isGood = input.every(({ name, bytes }) =>
          bytes.equals(plain(name === 'spool' ? GOOD.spool : GOOD.evidence)),
        );
        return isGood ? IDENTICAL : PERMITTED;
      } finally {
        rmSync(home.folder, { recursive: true, force: true });
      }
    },
  };
  await fuzz(target, SHARE);
});

/** Each input is two runs of a collector on files of many lines. */
const SHARE = 0.005;
