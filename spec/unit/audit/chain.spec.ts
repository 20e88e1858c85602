import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  ChainError,
  readChain,
  verifyFolder,
  type ChainEntry,
  type ChainSigner,
  type ReadOptions,
} from '../../../plugins/core/audit';
import { appendSome, chainSigner, Clock, openChain, someRecord } from '../../support/audit/chain';
import { tempFolder } from '../../support/temp';

let signer: ChainSigner;
beforeAll(async () => {
  signer = await chainSigner();
});

async function read(directory: string, options: ReadOptions = {}): Promise<ChainEntry[]> {
  const entries: ChainEntry[] = [];
  for await (const entry of readChain(directory, options)) entries.push(entry);
  return entries;
}

const linesOf = (directory: string): string[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').trimEnd().split('\n'));

describe('a chain', () => {
  it('is read from a later file on, also when that has a time stamp of a checkpoint before it', async () => {
    const directory = tempFolder();
    // Each write closes its file.
    const writer = await openChain({ directory, signer: () => signer, segmentBytes: 1 });
    await writer.append([{ kind: 'timestamp', members: { of: writer.sealed?.seq, token: '' } }], {});
    const kinds = (await read(directory, { from: { 'kong-1': writer.last } })).map(({ kind }) => kind);
    expect(kinds).toEqual(['checkpoint']);
    await writer.close({});
  });

  it('holds every record once, numbered without a gap, and verifies', async () => {
    const directory = tempFolder();
    const writer = await openChain({ directory, signer: () => signer });
    await appendSome(writer, 25);
    await writer.close({});
    const entries = await read(directory);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
    const ids = entries.flatMap(({ kind, members }) => (kind === 'access' ? [members['record']] : []));
    expect(ids).toHaveLength(25);
    const verdict = await verifyFolder(directory);
    expect(verdict).toMatchObject({ findings: [], complete: true, records: entries.length });
    expect(verdict.chains[0]?.upTo.state).toMatchObject({ stopped: true, seq: entries.length });
  });

  it('is checked with SHA-256 of the text before the hash, as the page says', async () => {
    const directory = tempFolder();
    const writer = await openChain({ directory, signer: () => signer });
    await appendSome(writer, 3);
    await writer.close({});
    const { createHash } = await import('node:crypto');
    let prev = '0'.repeat(64);
    for (const line of linesOf(directory)) {
      const [, body = '', hash = ''] = /^(.*),"hash":"([0-9a-f]{64})"\}$/.exec(line) ?? [];
      expect(createHash('sha256').update(body).digest('hex')).toBe(hash);
      expect(JSON.parse(line)).toMatchObject({ prev, hash });
      prev = hash;
    }
  });

  it('is sealed every so many records, every so many seconds, and at the end of each segment', async () => {
    const directory = tempFolder();
    const clock = new Clock();
    const writer = await openChain({ directory, signer: () => signer, now: clock.now, segmentBytes: 4000 });
    await appendSome(writer, 30);
    expect(await writer.tick({})).toBe(false);
    clock.ms += 61_000;
    await writer.append([someRecord(99)], {});
    await writer.tick({});
    await writer.close({});
    const entries = await read(directory);
    const reasons = entries.flatMap(({ kind, members }) => (kind === 'checkpoint' ? [members['reason']] : []));
    expect(new Set(reasons)).toEqual(new Set(['start', 'records', 'segment', 'time', 'stop']));
    const unsealed = entries.reduce(
      ({ run, most }, { kind }) =>
        kind === 'checkpoint' ? { run: 0, most } : { run: run + 1, most: Math.max(most, run + 1) },
      { run: 0, most: 0 },
    );
    expect(unsealed.most).toBeLessThanOrEqual(10);
    expect((await verifyFolder(directory)).findings).toEqual([]);
  });

  it('goes on after a stop, and after a writer that just went away', async () => {
    const directory = tempFolder();
    for (const end of ['close', 'abandon', 'close', 'abandon'] as const) {
      const writer = await openChain({ directory, signer: () => signer, segmentBytes: 6000 });
      await appendSome(writer, 13);
      await (end === 'close' ? writer.close({}) : writer.abandon());
    }
    expect((await verifyFolder(directory)).findings).toEqual([]);
    expect((await read(directory)).filter(({ kind }) => kind === 'access')).toHaveLength(52);
  });

  it('tells whoever opens it the last checkpoint and what came after', async () => {
    const directory = tempFolder();
    const first = await openChain({ directory, signer: () => signer });
    await appendSome(first, 14);
    await first.abandon();
    const second = await openChain({ directory, signer: () => signer });
    await second.abandon();
    const { recovered } = second;
    const [checkpoint, ...after] = recovered.records;
    expect(checkpoint?.members).toMatchObject({ reason: 'records', position: { last: 10 } });
    expect(after.map(({ members }) => (members['record'] as { id: string }).id)).toEqual(
      [11, 12, 13, 14].map((n) => `request-${n}`),
    );
  });

  it('takes up a new key, and says so before it signs with it', async () => {
    const directory = tempFolder();
    const rsa = await chainSigner('RSA-2048');
    let current = signer;
    const writer = await openChain({ directory, signer: () => current });
    await appendSome(writer, 12);
    current = rsa;
    await appendSome(writer, 12);
    await writer.close({});
    const verdict = await verifyFolder(directory);
    expect(verdict.findings).toEqual([]);
    expect(verdict.chains[0]?.upTo.state.signers.map(({ id }) => id)).toEqual([signer.stated.id, rsa.stated.id]);
  });

  it('says so also when the first write with the new key has failed', async () => {
    const directory = tempFolder();
    let current = signer;
    const writer = await openChain({ directory, signer: () => current });
    await appendSome(writer, 3);
    const [name = ''] = readdirSync(directory).filter((file) => file.endsWith('.jsonl'));
    const path = join(directory, name);
    const { size } = statSync(path);
    appendFileSync(path, 'x');
    current = await chainSigner('RSA-2048');
    await expect(writer.close({})).rejects.toBeInstanceOf(ChainError);
    truncateSync(path, size);
    await writer.close({});
    const verdict = await verifyFolder(directory);
    expect(verdict.findings).toEqual([]);
    expect(verdict.chains[0]?.upTo.state.signers.map(({ id }) => id)).toEqual([signer.stated.id, current.stated.id]);
  });

  it('bears a clock that is set back, and counts it', async () => {
    const directory = tempFolder();
    const clock = new Clock();
    const writer = await openChain({ directory, signer: () => signer, now: clock.now });
    await appendSome(writer, 5);
    clock.ms -= 3_600_000;
    await appendSome(writer, 5);
    await writer.close({});
    const verdict = await verifyFolder(directory);
    expect(verdict.findings).toEqual([]);
    expect(verdict.chains[0]?.upTo.state.clockSetBack).toBe(1);
  });

  it.each([1, 40, 74, 76, 200, 400])('bears a last line of which %i bytes were never written', async (missing) => {
    const directory = tempFolder();
    const writer = await openChain({ directory, signer: () => signer });
    await appendSome(writer, 3);
    await writer.append([{ kind: 'access', members: { record: { filler: 'x'.repeat(400) } } }], {});
    await writer.abandon();
    const [name = ''] = readdirSync(directory).filter((file) => file.endsWith('.jsonl'));
    const path = join(directory, name);
    truncateSync(path, readFileSync(path).length - missing);
    const torn = await verifyFolder(directory);
    expect(torn.findings).toEqual([]);
    expect(torn.chains[0]?.torn).toBeGreaterThan(0);
    const again = await openChain({ directory, signer: () => signer });
    expect(again.recovered.torn?.bytes).toBe(torn.chains[0]?.torn);
    await again.close({});
    expect((await verifyFolder(directory)).chains[0]?.torn).toBe(0);
    const [start] = (await read(directory)).filter(({ kind }) => kind === 'start').slice(-1);
    expect(start?.members['removed']).toEqual(again.recovered.torn);
  });

  it('is not built upon when it is damaged, cut, or rolled back', async () => {
    const directory = tempFolder();
    const writer = await openChain({ directory, signer: () => signer });
    await appendSome(writer, 25);
    await writer.close({});
    const [name = ''] = readdirSync(directory).filter((file) => file.endsWith('.jsonl'));
    const path = join(directory, name);
    const whole = readFileSync(path);
    const open = () => openChain({ directory, signer: () => signer });
    writeFileSync(path, Buffer.from(whole.toString('latin1').replace('request-7', 'request-8'), 'latin1'));
    await expect(open()).rejects.toThrow(/AUDIT_RECORD_EDITED/);
    const lines = whole.toString('utf8').split('\n');
    writeFileSync(path, `${lines.slice(0, 14).join('\n')}\n`);
    await expect(open()).rejects.toThrow(/AUDIT_CHAIN_TRUNCATED/);
    rmSync(path);
    await expect(open()).rejects.toThrow(/AUDIT_CHAIN_TRUNCATED/);
  });

  it('is whole again after a write whose rest could not be removed at first', async () => {
    const directory = tempFolder();
    const writer = await openChain({ directory, signer: () => signer });
    await appendSome(writer, 2);
    const [name = ''] = readdirSync(directory).filter((file) => file.endsWith('.jsonl'));
    const { size } = statSync(join(directory, name));
    const handle = await open(join(directory, name), 'r');
    const handles = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    const mocks = [
      vi.spyOn(handles, 'datasync').mockRejectedValueOnce(new Error('EIO of sync')),
      vi.spyOn(handles, 'truncate').mockRejectedValueOnce(new Error('EIO of truncate')),
    ];
    onTestFinished(() => {
      for (const mock of mocks) mock.mockRestore();
    });
    await expect(appendSome(writer, 1, 3)).rejects.toThrow('EIO of sync');
    expect(statSync(join(directory, name)).size).toBeGreaterThan(size);
    await appendSome(writer, 1, 3);
    await writer.close({});
    const verdict = await verifyFolder(directory);
    expect([verdict.findings, verdict.records]).toEqual([[], writer.last]);
  });

  it('stops when somebody else writes into its file', async () => {
    const directory = tempFolder();
    const writer = await openChain({ directory, signer: () => signer });
    await appendSome(writer, 2);
    const [name = ''] = readdirSync(directory).filter((file) => file.endsWith('.jsonl'));
    appendFileSync(join(directory, name), 'x');
    await expect(appendSome(writer, 1)).rejects.toBeInstanceOf(ChainError);
    await writer.abandon();
  });
});

describe('the reader', () => {
  it('merges the chains of several nodes by time, each in its own order', async () => {
    const directory = tempFolder();
    const clock = new Clock();
    const [one, two] = await Promise.all(
      ['kong-1', 'kong-2'].map((node) => openChain({ directory, node, signer: () => signer, now: clock.now })),
    );
    for (let number = 1; number <= 20; number += 1) {
      clock.ms += 1000;
      await appendSome((number % 3 === 0 ? two : one)!, 1, number);
    }
    await Promise.all([one!.close({}), two!.close({})]);
    const ids = (await read(directory)).flatMap(({ kind, members }) =>
      kind === 'access' ? [(members['record'] as { id: string }).id] : [],
    );
    expect(ids).toEqual(Array.from({ length: 20 }, (_, index) => `request-${index + 1}`));
    const only = await read(directory, { node: 'kong-2' });
    expect(new Set(only.map(({ node }) => node))).toEqual(new Set(['kong-2']));
  });

  it('begins where it is told, segments before that unread', async () => {
    const directory = tempFolder();
    const writer = await openChain({ directory, signer: () => signer, segmentBytes: 3000 });
    await appendSome(writer, 40);
    await writer.close({});
    const all = await read(directory);
    const segments = readdirSync(directory)
      .filter((file) => file.endsWith('.jsonl'))
      .sort();
    expect(segments.length).toBeGreaterThan(3);
    writeFileSync(join(directory, segments[0]!), 'no longer a chain');
    const from = all.at(-10)!.seq;
    expect(await read(directory, { from: { 'kong-1': from } })).toEqual(all.slice(-10));
    await expect(read(directory)).rejects.toThrow(/AUDIT_LINE_MALFORMED/);
  });

  it('follows what is written, across segments, until it is told to stop', async () => {
    const directory = tempFolder();
    const writer = await openChain({ directory, signer: () => signer, segmentBytes: 2500 });
    const stop = new AbortController();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { seq } of readChain(directory, { follow: stop.signal })) seen.push(seq);
    })();
    await appendSome(writer, 40);
    await writer.close({});
    await vi.waitFor(() => {
      expect(seen.at(-1)).toBe(writer.last);
    });
    stop.abort();
    await reading;
    expect(seen).toEqual(Array.from({ length: writer.last }, (_, index) => index + 1));
  });
});
