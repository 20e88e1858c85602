import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  checkEvidence,
  Collector,
  readChain,
  readSettings,
  verifyFolder,
  type ChainEntry,
  type ChainSigner,
} from '../../../plugins/core/audit';
import { chainSigner, START } from '../../support/audit/chain';
import { kongLine } from '../../support/audit/kong-lines';
import { tempFolder } from '../../support/temp';
import { modi } from '../cli/support';

let signer: ChainSigner;
beforeAll(async () => {
  signer = await chainSigner();
});

let folder = '';
let now = START;
beforeEach(() => {
  folder = tempFolder();
  now = START;
  for (const name of ['audit', 'evidence']) mkdirSync(join(folder, name));
});

const log = (): string => join(folder, 'access.log');
const write = (...ids: readonly string[]): void => {
  for (const id of ids) appendFileSync(log(), kongLine(id, { started_at: now, latencies: { request: 10 } }));
};
const never = new AbortController().signal;

async function collector(withEvidence = false): Promise<Collector> {
  const settings = readSettings({
    organization: 'Ente',
    spool: [log()],
    evidence: { wait: 2, orphan_wait: 60 },
    chain: { directory: join(folder, 'audit'), key: { file: 'x' }, checkpoint_records: 20, segment_bytes: 20_000 },
  });
  return Collector.open(settings, {
    now: () => now,
    newId: () => 'chain',
    signer: () => signer,
    spool: [log()],
    evidence: withEvidence ? join(folder, 'evidence') : undefined,
    chain: join(folder, 'audit'),
    witness: undefined,
    node: 'kong-1',
    version: '0',
  });
}

/** Runs a collector until it has nothing to do; `killed` leaves it as a kill would. */
async function collect({ withEvidence = false, killed = false } = {}): Promise<void> {
  const one = await collector(withEvidence);
  while (await one.step(never));
  if (killed) await one.abandon();
  else await one.close(never);
}

async function entries(): Promise<ChainEntry[]> {
  expect((await verifyFolder(join(folder, 'audit'))).findings).toEqual([]);
  const all: ChainEntry[] = [];
  for await (const entry of readChain(join(folder, 'audit'))) all.push(entry);
  return all;
}

const kinds = (all: readonly ChainEntry[], kind: string): ChainEntry[] => all.filter((entry) => entry.kind === kind);
const ids = async (): Promise<string[]> =>
  kinds(await entries(), 'access').map(({ members }) => (members['record'] as { id: string }).id);
const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `r${from + index}`);

describe('the collector follows the spool', () => {
  it('and writes every request once, in order', async () => {
    write(...range(1, 130));
    await collect();
    expect(await ids()).toEqual(range(1, 130));
  });

  it.each([true, false])('across its own ends (killed: %s)', async (killed) => {
    for (let part = 0; part < 5; part += 1) {
      write(...range(part * 13 + 1, part * 13 + 13));
      await collect({ killed });
    }
    expect(await ids()).toEqual(range(1, 65));
  });

  it('through rotation by renaming, once and twice while nobody reads', async () => {
    write(...range(1, 5));
    await collect();
    write(...range(6, 9));
    renameSync(log(), `${log()}.1`);
    write(...range(10, 12));
    renameSync(`${log()}.1`, `${log()}.2`);
    renameSync(log(), `${log()}.1`);
    write(...range(13, 15));
    await collect();
    expect(await ids()).toEqual(range(1, 15));
  });

  it('and does not read again what it has read, however many rotated files are kept', async () => {
    const one = await collector();
    for (let file = 1; file <= 80; file += 1) {
      write(`r${file}`);
      while (await one.step(never));
      renameSync(log(), `${log()}-${String(file).padStart(8, '0')}`);
    }
    write('r81');
    while (await one.step(never));
    await one.close(never);
    await collect();
    expect(await ids()).toEqual(range(1, 81));
    for (let file = 1; file <= 75; file += 1) rmSync(`${log()}-${String(file).padStart(8, '0')}`);
    write('r82');
    await collect();
    const position = kinds(await entries(), 'checkpoint').at(-1)?.members['position'] as { spool: unknown[] };
    expect(position.spool.length).toBeLessThan(72);
    expect(await ids()).toEqual(range(1, 82));
  });

  it('also when Kong goes on writing into the renamed file', async () => {
    write(...range(1, 5));
    const one = await collector();
    while (await one.step(never));
    renameSync(log(), `${log()}.1`);
    write('r7');
    while (await one.step(never));
    appendFileSync(`${log()}.1`, kongLine('r6', { started_at: now }));
    while (await one.step(never));
    await one.close(never);
    expect((await ids()).toSorted()).toEqual(range(1, 7));
  });

  it('through rotation by copy and truncation', async () => {
    write(...range(1, 5));
    await collect();
    write(...range(6, 9));
    copyFileSync(log(), `${log()}-20261123`);
    truncateSync(log());
    write(...range(10, 12));
    await collect();
    expect(await ids()).toEqual(range(1, 12));
  });

  it('and says what was gone before it could be read', async () => {
    write(...range(1, 5));
    await collect();
    writeFileSync(log(), '');
    write(...range(9, 10));
    await collect();
    const all = await entries();
    expect(await ids()).toEqual([...range(1, 5), ...range(9, 10)]);
    expect(kinds(all, 'gap')).toHaveLength(1);
  });

  it('waits for the end of a line that is being written', async () => {
    const [line] = [kongLine('r1', { started_at: now })];
    writeFileSync(log(), line.slice(0, 200));
    await collect();
    expect(await ids()).toEqual([]);
    appendFileSync(log(), line.slice(200));
    await collect();
    expect(await ids()).toEqual(['r1']);
  });

  it('keeps the place of lines that are no records of Kong', async () => {
    write('r1');
    appendFileSync(log(), 'no JSON\n{"request":{}}\n\n');
    write('r2');
    await collect();
    const all = await entries();
    expect(await ids()).toEqual(['r1', 'r2']);
    expect(kinds(all, 'unreadable').map(({ members }) => members['sha256'])).toContain(
      createHash('sha256').update('no JSON').digest('hex'),
    );
    expect(kinds(all, 'unreadable')).toHaveLength(3);
  });

  it('gives a request one record, though two log plugins wrote it', async () => {
    write('r1', 'r1', 'r2');
    await collect({ killed: true });
    write('r2', 'r3');
    await collect();
    expect(await ids()).toEqual(['r1', 'r2', 'r3']);
  });

  it('refuses to go on with a chain that was changed', async () => {
    write(...range(1, 5));
    await collect();
    const path = join(folder, 'audit/kong-1-000000000000001.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"status":200', '"status":201'));
    await expect(collector()).rejects.toThrow(/AUDIT_RECORD_EDITED/);
  });
});

const evidenceFile = (): string => join(folder, 'evidence/evidence-kong_1-1-1000-0.jsonl');
const evidence = (id: string | undefined, part: string, more: object = {}): string => {
  const line = JSON.stringify({
    v: 1,
    ...(id === undefined ? {} : { request_id: id }),
    part,
    at: new Date(now).toISOString(),
    ...more,
  });
  appendFileSync(evidenceFile(), `${line}\n`);
  return createHash('sha256').update(line).digest('hex');
};
const refsOf = (entry: ChainEntry | undefined) =>
  (entry?.members['evidence'] ?? []) as { part: string; sha256: string; file: string; offset: number }[];

describe('the collector joins the evidence', () => {
  it('that came before the record, and refers to its very bytes', async () => {
    const hashes = [
      evidence('r1', 'request'),
      evidence('r2', 'request'),
      evidence('r1', 'answer'),
      evidence('r2', 'answer'),
    ];
    write('r1', 'r2');
    await collect({ withEvidence: true });
    const [one, two] = kinds(await entries(), 'access');
    expect(refsOf(one).map(({ sha256 }) => sha256)).toEqual([hashes[0], hashes[2]]);
    expect(refsOf(two).map(({ part }) => part)).toEqual(['request', 'answer']);
    const bytes = readFileSync(evidenceFile());
    for (const { offset, sha256 } of refsOf(two)) {
      const line = bytes.subarray(offset, bytes.indexOf('\n', offset));
      expect(createHash('sha256').update(line).digest('hex')).toBe(sha256);
    }
  });

  it('that comes after the record, within the wait; and goes without it after', async () => {
    write('r1', 'r2');
    const one = await collector(true);
    while (await one.step(never));
    expect(await ids()).toEqual([]);
    evidence('r1', 'request');
    evidence('r1', 'answer');
    while (await one.step(never));
    expect(await ids()).toEqual(['r1']);
    now += 2_500;
    while (await one.step(never));
    evidence('r2', 'request');
    now += 61_000;
    while (await one.step(never));
    await one.close(never);
    const all = await entries();
    expect(await ids()).toEqual(['r1', 'r2']);
    expect(kinds(all, 'access').at(-1)?.members).not.toHaveProperty('evidence');
    // What came too late is in the chain nevertheless.
    expect(kinds(all, 'evidence').at(-1)?.members).toMatchObject({ id: 'r2', evidence: [{ part: 'request' }] });
  });

  it('and gives evidence of which no record came one of its own, once', async () => {
    evidence('lost', 'request');
    write('r1');
    now += 3_000;
    await collect({ withEvidence: true });
    expect(kinds(await entries(), 'orphan')).toEqual([]);
    now += 61_000;
    await collect({ withEvidence: true, killed: true });
    await collect({ withEvidence: true });
    const orphans = kinds(await entries(), 'orphan');
    expect(orphans.map(({ members }) => members['id'])).toEqual(['lost']);
    write('lost');
    now += 3_000;
    await collect({ withEvidence: true });
    expect(kinds(await entries(), 'access').at(-1)?.members).toMatchObject({
      record: { id: 'lost' },
      after_orphan: true,
    });
  });

  it('and counts what was dropped, and seals what several exchanges refer to', async () => {
    evidence(undefined, 'material', { id: 'x' });
    evidence(undefined, 'dropped', { count: 17 });
    appendFileSync(evidenceFile(), 'torn\n');
    await collect({ withEvidence: true, killed: true });
    await collect({ withEvidence: true });
    const all = await entries();
    expect(kinds(all, 'dropped').map(({ members }) => members['count'])).toEqual([17]);
    expect(kinds(all, 'evidence').map((entry) => refsOf(entry)[0]?.part)).toEqual(['material', 'unreadable']);
  });

  it('so that evidence which was changed, moved or removed later is found', async () => {
    for (const id of range(1, 6)) for (const part of ['request', 'answer']) evidence(id, part);
    write(...range(1, 6));
    await collect({ withEvidence: true });
    const check = async () => {
      const found: string[] = [];
      for await (const { code } of checkEvidence(join(folder, 'audit'), join(folder, 'evidence'))) found.push(code);
      return found;
    };
    expect(await check()).toEqual([]);
    const whole = readFileSync(evidenceFile(), 'utf8');
    writeFileSync(evidenceFile(), whole.replace('"r3","part":"answer"', '"r3","part":"amswer"'));
    expect(await check()).toEqual(['AUDIT_EVIDENCE_EDITED']);
    writeFileSync(evidenceFile(), whole.split('\n').slice(0, 10).join('\n') + '\n');
    expect(await check()).toEqual(['AUDIT_EVIDENCE_MISSING', 'AUDIT_EVIDENCE_MISSING']);
    const ran = await modi(['audit', 'verify', join(folder, 'audit'), '--evidence', join(folder, 'evidence')], {
      stopped: () => new Promise(() => undefined),
    });
    expect(ran.code).toBe(5);
    expect(ran.out).toMatch(/AUDIT_EVIDENCE_MISSING\n +the evidence that the record refers to is not there/);
    rmSync(evidenceFile());
    expect(await check()).toHaveLength(12);
  });

  it('each line once, whenever the collector is killed', async () => {
    for (let part = 0; part < 6; part += 1) {
      for (const id of range(part * 7 + 1, part * 7 + 7)) {
        evidence(id, 'request');
        write(id);
        evidence(id, 'answer');
      }
      await collect({ withEvidence: true, killed: part % 2 === 0 });
    }
    now += 100_000;
    await collect({ withEvidence: true });
    const all = await entries();
    expect(await ids()).toEqual(range(1, 42));
    const refs = all.flatMap((entry) => refsOf(entry)).map(({ file, offset }) => `${file}:${offset}`);
    expect(refs).toHaveLength(84);
    expect(new Set(refs).size).toBe(84);
    expect(kinds(all, 'orphan')).toEqual([]);
  });

  it('reads on from the chain alone: there is no other state', async () => {
    evidence('r1', 'request');
    write('r1', 'r2');
    now += 3_000;
    await collect({ withEvidence: true });
    rmSync(join(folder, 'audit/kong-1.head'));
    evidence('r3', 'request');
    evidence('r3', 'answer');
    write('r3');
    await collect({ withEvidence: true });
    expect(await ids()).toEqual(['r1', 'r2', 'r3']);
    expect(kinds(await entries(), 'start').at(-1)?.members).toMatchObject({ head_missing: true });
  });
});

describe('the file of the collector', () => {
  const whole = { organization: 'Ente', spool: ['x.log'], chain: { directory: 'audit', key: { file: 'k' } } };

  it('has defaults for all that is not its own business', () => {
    expect(readSettings(whole)).toMatchObject({
      evidence: { wait: 2 },
      chain: { checkpoint_records: 1000 },
      redact: [],
    });
  });

  it.each([
    [{ ...whole, spool: [] }, 'spool'],
    [{ ...whole, chain: { directory: 'audit' } }, 'chain.key.file'],
    [{ ...whole, redcat: [] }, /redcat.*did you mean redact/],
    [
      { ...whole, chain: { ...whole.chain, chekpoint_records: 3 } },
      /chain.chekpoint_records.*did you mean checkpoint_records/,
    ],
    [{ ...whole, chain: { ...whole.chain, checkpoint_records: 0 } }, 'chain.checkpoint_records'],
    ['text', /record/],
  ])('%j is refused', (raw, problem) => {
    expect(() => readSettings(raw)).toThrow(problem);
  });
});
