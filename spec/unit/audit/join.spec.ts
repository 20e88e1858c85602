import Ajv2020 from 'ajv/dist/2020';
import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCESS_RECORD_SCHEMA, type ChainEntry, type ChainSigner } from '../../../plugins/core/audit';
import { chainSigner } from '../../support/audit/chain';
import { closed, Collecting, KEPT, range, recordIn, refsIn, settle } from '../../support/audit/collecting';
import { modi } from '../cli/support';

let signer: ChainSigner;
beforeAll(async () => {
  signer = await chainSigner();
});

let home: Collecting;
beforeEach(() => {
  home = new Collecting(signer);
});

const kinds = (all: readonly ChainEntry[], kind: string): ChainEntry[] => all.filter((entry) => entry.kind === kind);

/** What each access record says of its evidence. */
const states = (all: readonly ChainEntry[]): Record<string, unknown> =>
  Object.fromEntries(
    kinds(all, 'access').map((entry) => {
      const { id, evidence } = recordIn(entry) as { id: string; evidence: { state: string } };
      return [id, evidence.state];
    }),
  );

/** Collects until evidence that has not come is waited for no longer. */
async function collectPatiently(): Promise<void> {
  const one = await home.collector({ withEvidence: true });
  await settle(one);
  home.now += 2_500;
  await settle(one);
  await closed(one);
}

describe('the collector joins the evidence', () => {
  it('to no request by an id that cannot be read', async () => {
    const line = JSON.stringify({ v: 1, request_id: 'rX', part: 'request', at: new Date(home.now).toISOString() });
    // In Latin-1, a letter by itself is no UTF-8.
    appendFileSync(home.evidenceFile, Buffer.from(`${line.replace('rX', '\u00e9')}\n`, 'latin1'));
    home.write('\ufffd');
    home.now += 600_000;
    await home.collect({ withEvidence: true });
    const all = await home.entries();
    expect(refsIn(kinds(all, 'access')[0])).toEqual([]);
    expect(kinds(all, 'evidence').flatMap((entry) => refsIn(entry).map(({ part }) => part))).toEqual(['unreadable']);
  });

  it('of an id that is no ASCII, as the spool has it', async () => {
    const id = '\u202e\u0130\u017f';
    const hash = home.prove(id, 'request');
    home.write(id);
    home.now += 600_000;
    await home.collect({ withEvidence: true });
    const [one] = await home.entries('access');
    expect(refsIn(one).map(({ sha256 }) => sha256)).toEqual([hash]);
  });

  it('that came before the record, and refers to its very bytes', async () => {
    const hashes = [
      home.prove('r1', 'request'),
      home.prove('r2', 'request'),
      home.prove('r1', 'answer'),
      home.prove('r2', 'answer'),
    ];
    home.write('r1', 'r2');
    await home.collect({ withEvidence: true });
    const [one, two] = await home.entries('access');
    expect(refsIn(one).map(({ sha256 }) => sha256)).toEqual([hashes[0], hashes[2]]);
    expect(refsIn(two).map(({ part }) => part)).toEqual(['request', 'answer']);
    const bytes = readFileSync(home.evidenceFile);
    for (const { offset, sha256 } of refsIn(two)) {
      const line = bytes.subarray(offset, bytes.indexOf('\n', offset));
      expect(createHash('sha256').update(line).digest('hex')).toBe(sha256);
    }
  });

  it('that comes after the record, within the wait; and goes without it after', async () => {
    home.write('r1', 'r2');
    const one = await home.collector({ withEvidence: true });
    await settle(one);
    expect(await home.ids()).toEqual([]);
    home.prove('r1', 'request');
    home.prove('r1', 'answer');
    await settle(one);
    expect(await home.ids()).toEqual(['r1']);
    home.now += 2_500;
    await settle(one);
    home.prove('r2', 'request');
    home.now += 61_000;
    await settle(one);
    await closed(one);
    const all = await home.entries();
    expect(await home.ids()).toEqual(['r1', 'r2']);
    expect(kinds(all, 'access').at(-1)?.members).not.toHaveProperty('evidence');
    expect(states(all)).toEqual({ r1: 'complete', r2: 'none' });
    // What came too late is in the chain nevertheless.
    expect(kinds(all, 'evidence').at(-1)?.members).toMatchObject({ id: 'r2', evidence: [{ part: 'request' }] });
  });

  it('and gives evidence of which no record came one of its own, once', async () => {
    home.prove('lost', 'request');
    home.write('r1');
    home.now += 3_000;
    await home.collect({ withEvidence: true });
    expect(await home.entries('orphan')).toEqual([]);
    home.now += 61_000;
    await home.collect({ withEvidence: true, killed: true });
    await home.collect({ withEvidence: true });
    const orphans = await home.entries('orphan');
    expect(orphans.map(({ members }) => members['id'])).toEqual(['lost']);
    home.write('lost');
    home.now += 3_000;
    await home.collect({ withEvidence: true });
    expect((await home.entries('access')).at(-1)?.members).toMatchObject({
      record: { id: 'lost' },
      after_orphan: true,
    });
  });

  it('and counts what was dropped, and seals what several exchanges refer to', async () => {
    home.prove(undefined, 'material', { id: 'x' });
    home.prove(undefined, 'dropped', { count: 17 });
    appendFileSync(home.evidenceFile, 'torn\n');
    await home.collect({ withEvidence: true, killed: true });
    await home.collect({ withEvidence: true });
    const all = await home.entries();
    expect(kinds(all, 'dropped').map(({ members }) => members['count'])).toEqual([17]);
    expect(kinds(all, 'evidence').map((entry) => refsIn(entry)[0]?.part)).toEqual(['material', 'unreadable']);
  });

  it('so that evidence which was changed, moved or removed later is found', async () => {
    for (const id of range(1, 6)) for (const part of ['request', 'answer']) home.prove(id, part);
    home.write(...range(1, 6));
    await home.collect({ withEvidence: true });
    const check = async () => (await home.evidenceFindings()).map(({ code }) => code);
    expect(await check()).toEqual([]);
    const whole = readFileSync(home.evidenceFile, 'utf8');
    writeFileSync(home.evidenceFile, whole.replace('"r3","part":"answer"', '"r3","part":"amswer"'));
    expect(await check()).toEqual(['AUDIT_EVIDENCE_EDITED']);
    writeFileSync(home.evidenceFile, whole.split('\n').slice(0, 10).join('\n') + '\n');
    expect(await check()).toEqual(['AUDIT_EVIDENCE_MISSING', 'AUDIT_EVIDENCE_MISSING']);
    const ran = await modi(['audit', 'verify', home.audit, '--evidence', home.evidenceFolder], {
      stopped: () => new Promise(() => undefined),
    });
    expect(ran.code).toBe(5);
    expect(ran.out).toMatch(/AUDIT_EVIDENCE_MISSING\n +the evidence that the record refers to is not there/);
    rmSync(home.evidenceFile);
    expect(await check()).toHaveLength(12);
  });

  it('each line once, whenever the collector is killed', async () => {
    for (let part = 0; part < 6; part += 1) {
      for (const id of range(part * 7 + 1, part * 7 + 7)) {
        home.prove(id, 'request');
        home.write(id);
        home.prove(id, 'answer');
      }
      await home.collect({ withEvidence: true, killed: part % 2 === 0 });
    }
    home.now += 100_000;
    await home.collect({ withEvidence: true });
    const all = await home.entries();
    expect(await home.ids()).toEqual(range(1, 42));
    const refs = all.flatMap((entry) => refsIn(entry)).map(({ file, offset }) => `${file}:${offset}`);
    expect(refs).toHaveLength(84);
    expect(new Set(refs).size).toBe(84);
    expect(kinds(all, 'orphan')).toEqual([]);
  });

  it('reads on from the chain alone: there is no other state', async () => {
    home.prove('r1', 'request');
    home.write('r1', 'r2');
    home.now += 3_000;
    await home.collect({ withEvidence: true });
    rmSync(join(home.folder, 'audit/kong-1.head'));
    home.prove('r3', 'request');
    home.prove('r3', 'answer');
    home.write('r3');
    await home.collect({ withEvidence: true });
    expect(await home.ids()).toEqual(['r1', 'r2', 'r3']);
    expect((await home.entries('start')).at(-1)?.members).toMatchObject({ head_missing: true });
  });
});

const accepted = { modi: { outcome: 'accepted', evidence: KEPT } };

describe('a record says whether its evidence is there', () => {
  const isRecord = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(ACCESS_RECORD_SCHEMA);
  const refusedBy = (phase: string) => ({
    modi: { outcome: 'accepted', evidence: { outcome: 'refused', phase, code: 'MODI_EVIDENCE_UNAVAILABLE' } },
    source: 'kong',
    response: { status: 503 },
  });

  it.each<[what: string, line: object, parts: string[], evidence: object]>([
    ['all that was due came', accepted, ['request', 'answer'], { state: 'complete' }],
    ['nothing came in time', accepted, [], { state: 'absent', missing: ['request', 'answer'] }],
    ['one part did not come', accepted, ['request'], { state: 'partial', missing: ['answer'] }],
    [
      'Kong gave the answer',
      { ...accepted, source: 'kong', response: { status: 502 } },
      ['request'],
      { state: 'complete' },
    ],
    ['it became a websocket', { ...accepted, response: { status: 101 } }, ['request'], { state: 'complete' }],
    ['the route keeps none', { modi: { outcome: 'accepted', evidence: { evidence: 'none' } } }, [], { state: 'none' }],
    ['the route has no modi-audit', { modi: { outcome: 'accepted' } }, [], { state: 'none' }],
    ['modi-verify refused it', { modi: { outcome: 'refused', code: 'MODI_REPLAY' } }, [], { state: 'none' }],
    ['modi-audit refused the request', refusedBy('access'), [], { state: 'none' }],
    ['modi-audit refused the answer', refusedBy('response'), ['request'], { state: 'complete' }],
    ['the process died behind the evidence', { modi: undefined, source: 'kong' }, ['request'], { state: 'complete' }],
  ])('when %s', async (_, line, parts, evidence) => {
    home.writeLine('r1', line as Record<string, unknown>);
    for (const part of parts) home.prove('r1', part);
    await collectPatiently();
    const [record] = (await home.entries('access')).map(recordIn);
    expect(record?.['evidence']).toEqual(evidence);
    expect(isRecord(record), JSON.stringify(isRecord.errors)).toBe(true);
  });

  it('and does not wait where none can come', async () => {
    home.writeLine('r1', { modi: { outcome: 'refused' } });
    home.writeLine('r2', { modi: { outcome: 'accepted', evidence: { evidence: 'none' } } });
    await home.collect({ withEvidence: true });
    expect(states(await home.entries())).toEqual({ r1: 'none', r2: 'none' });
  });

  it.each<[what: string, parts: readonly string[], evidence: object]>([
    ['all the parts', ['request', 'answer'], { state: 'incomplete' }],
    ['a part', ['request'], { state: 'incomplete', missing: ['answer'] }],
  ])('when %s came and modi-audit did not know what it was about', async (_, parts, evidence) => {
    home.writeLine('r1', accepted);
    for (const part of parts) home.prove('r1', part, part === 'request' ? { incomplete: true, organization: 'x' } : {});
    await collectPatiently();
    const [record] = (await home.entries('access')).map(recordIn);
    expect(record?.['evidence']).toEqual(evidence);
    expect(isRecord(record), JSON.stringify(isRecord.errors)).toBe(true);
  });

  it('by the id of modi-verify where Kong has none, as before 3.5', async () => {
    const request = { uri: '/', method: 'GET' };
    home.writeLine('r1', { request, modi: { outcome: 'accepted', request_id: 'own-1', evidence: KEPT } });
    // What modi-verify has not seen is known by its place, and is another each time.
    home.writeLine('r2', { request, modi: undefined, source: 'kong' });
    home.writeLine('r3', { request, modi: undefined, source: 'kong' });
    for (const part of ['request', 'answer']) home.prove('own-1', part);
    await collectPatiently();
    const all = await home.entries();
    expect(kinds(all, 'unreadable')).toEqual([]);
    expect(recordIn(kinds(all, 'access')[0] ?? ({} as ChainEntry))).toMatchObject({
      id: 'own-1',
      evidence: { state: 'complete' },
    });
    const ids = kinds(all, 'access').map((entry) => recordIn(entry)['id']);
    expect(new Set(ids).size).toBe(3);
  });

  it('when nobody looked for it', async () => {
    home.writeLine('r1', accepted);
    home.writeLine('r2', { modi: { outcome: 'accepted' } });
    await home.collect();
    expect(states(await home.entries())).toEqual({ r1: 'unread', r2: 'none' });
  });

  it('when modi-audit has said that there was no room in that time, also to the collector before', async () => {
    const told = (seconds: number) => new Date(home.now + seconds * 1000).toISOString();
    home.prove(undefined, 'dropped', { count: 17, since: told(-5) });
    home.writeLine('r1', accepted);
    home.writeLine('before', { ...accepted, started_at: home.now - 60_000 });
    home.now += 2_500;
    await home.collect({ withEvidence: true, killed: true });
    expect(states(await home.entries())).toEqual({ r1: 'dropped', before: 'absent' });
    expect((await home.entries('dropped'))[0]?.members).toMatchObject({
      count: 17,
      since: told(-7.5),
      told_at: told(-2.5),
    });
    home.writeLine('r2', { ...accepted, started_at: home.now - 5_000 });
    await home.collect({ withEvidence: true });
    expect(states(await home.entries())).toMatchObject({ r2: 'dropped' });
  });
});

describe('evidence and its record find each other once', () => {
  it('although the store is held back by what waits, over many segments and kills', async () => {
    home.prove('lost', 'request');
    for (let part = 0; part < 5; part += 1) {
      for (const id of range(part * 40 + 1, part * 40 + 40)) {
        for (const kind of ['request', 'answer']) home.prove(id, kind);
        home.writeLine(id, accepted);
      }
      await home.collect({ withEvidence: true, killed: true });
    }
    expect(readdirSync(home.audit).length).toBeGreaterThan(5);
    home.now += 100_000;
    await home.collect({ withEvidence: true, killed: true });
    await home.collect({ withEvidence: true });
    const all = await home.entries();
    expect(kinds(all, 'orphan').map(({ members }) => members['id'])).toEqual(['lost']);
    expect(kinds(all, 'evidence')).toEqual([]);
    expect(all.flatMap((entry) => refsIn(entry))).toHaveLength(401);
  });

  it('although there is always a request that waits', async () => {
    home.prove('lost', 'request');
    const one = await home.collector({ withEvidence: true });
    for (let second = 0; second < 70; second += 1) {
      home.writeLine(`r${second}`, accepted);
      await settle(one);
      home.now += 1_000;
    }
    await closed(one);
    expect((await home.entries('orphan')).map(({ members }) => members['id'])).toEqual(['lost']);
  });

  it('and none is called lost while its request waits', async () => {
    home = new Collecting(signer, { evidence: { wait: 30, orphan_wait: 1 } });
    home.prove('r1', 'request');
    home.writeLine('r1', accepted);
    const one = await home.collector({ withEvidence: true });
    home.now += 10_000;
    await settle(one);
    home.prove('r1', 'answer');
    await settle(one);
    await closed(one);
    expect(await home.entries('orphan')).toEqual([]);
    expect(states(await home.entries())).toEqual({ r1: 'complete' });
  });

  it('although the clock is set back by an hour, while they run and while nobody reads', async () => {
    home.prove('r1', 'request');
    home.prove('r1', 'answer');
    home.writeLine('r1', accepted);
    const one = await home.collector({ withEvidence: true });
    await settle(one);
    home.now -= 3_600_000;
    for (const id of range(2, 5)) {
      for (const kind of ['request', 'answer']) home.prove(id, kind);
      home.writeLine(id, accepted);
      await settle(one);
    }
    await closed(one);
    home.now -= 3_600_000;
    for (const id of range(6, 9)) {
      for (const kind of ['request', 'answer']) home.prove(id, kind);
      home.writeLine(id, accepted);
    }
    await home.collect({ withEvidence: true });
    expect(new Set(Object.values(states(await home.entries())))).toEqual(new Set(['complete']));
    expect(await home.ids()).toEqual(range(1, 9));
  });

  it('although the store is away for a while', async () => {
    for (const id of range(1, 5)) for (const kind of ['request', 'answer']) home.prove(id, kind);
    for (const id of range(1, 5)) home.writeLine(id, accepted);
    const one = await home.collector({ withEvidence: true });
    await settle(one);
    renameSync(home.evidenceFolder, `${home.evidenceFolder}.away`);
    home.writeLine('r6', accepted);
    home.now += 3_000;
    await settle(one);
    await closed(one);
    await home.collect({ withEvidence: true });
    renameSync(`${home.evidenceFolder}.away`, home.evidenceFolder);
    home.now += 100_000;
    await home.collect({ withEvidence: true });
    const all = await home.entries();
    expect(states(all)).toMatchObject({ r5: 'complete', r6: 'absent' });
    expect([...kinds(all, 'orphan'), ...kinds(all, 'evidence')]).toEqual([]);
  });
});
