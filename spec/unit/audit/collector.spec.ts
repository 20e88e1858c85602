import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { readSettings, type ChainEntry, type ChainSigner } from '../../../plugins/core/audit';
import { chainSigner } from '../../support/audit/chain';
import { closed, Collecting, range, settle } from '../../support/audit/collecting';
import { kongLine } from '../../support/audit/kong-lines';

let signer: ChainSigner;
beforeAll(async () => {
  signer = await chainSigner();
});

let home: Collecting;
beforeEach(() => {
  home = new Collecting(signer);
});

const kinds = (all: readonly ChainEntry[], kind: string): ChainEntry[] => all.filter((entry) => entry.kind === kind);

describe('the collector follows the spool', () => {
  it('and writes every request once, in order', async () => {
    home.write(...range(1, 130));
    await home.collect();
    expect(await home.ids()).toEqual(range(1, 130));
  });

  it.each([true, false])('across its own ends (killed: %s)', async (killed) => {
    for (let part = 0; part < 5; part += 1) {
      home.write(...range(part * 13 + 1, part * 13 + 13));
      await home.collect({ killed });
    }
    expect(await home.ids()).toEqual(range(1, 65));
  });

  it('through rotation by renaming, once and twice while nobody reads', async () => {
    home.write(...range(1, 5));
    await home.collect();
    home.write(...range(6, 9));
    renameSync(home.log, `${home.log}.1`);
    home.write(...range(10, 12));
    renameSync(`${home.log}.1`, `${home.log}.2`);
    renameSync(home.log, `${home.log}.1`);
    home.write(...range(13, 15));
    await home.collect();
    expect(await home.ids()).toEqual(range(1, 15));
  });

  it('and does not read again what it has read, however many rotated files are kept', async () => {
    const one = await home.collector();
    for (let file = 1; file <= 80; file += 1) {
      home.write(`r${file}`);
      await settle(one);
      renameSync(home.log, `${home.log}-${String(file).padStart(8, '0')}`);
    }
    home.write('r81');
    await settle(one);
    await closed(one);
    await home.collect();
    expect(await home.ids()).toEqual(range(1, 81));
    for (let file = 1; file <= 75; file += 1) rmSync(`${home.log}-${String(file).padStart(8, '0')}`);
    home.write('r82');
    await home.collect();
    const position = (await home.entries('checkpoint')).at(-1)?.members['position'] as { spool: unknown[] };
    expect(position.spool.length).toBeLessThan(72);
    expect(await home.ids()).toEqual(range(1, 82));
  });

  it('also when Kong goes on writing into the renamed file', async () => {
    home.write(...range(1, 5));
    const one = await home.collector();
    await settle(one);
    renameSync(home.log, `${home.log}.1`);
    home.write('r7');
    await settle(one);
    appendFileSync(`${home.log}.1`, kongLine('r6', { started_at: home.now }));
    await settle(one);
    await closed(one);
    expect((await home.ids()).toSorted()).toEqual(range(1, 7));
  });

  it('through rotation by copy and truncation', async () => {
    home.write(...range(1, 5));
    await home.collect();
    home.write(...range(6, 9));
    copyFileSync(home.log, `${home.log}-20261123`);
    truncateSync(home.log);
    home.write(...range(10, 12));
    await home.collect();
    expect(await home.ids()).toEqual(range(1, 12));
  });

  it('and says what was gone before it could be read', async () => {
    home.write(...range(1, 5));
    await home.collect();
    writeFileSync(home.log, '');
    home.write(...range(9, 10));
    await home.collect();
    const all = await home.entries();
    expect(await home.ids()).toEqual([...range(1, 5), ...range(9, 10)]);
    expect(kinds(all, 'gap')).toHaveLength(1);
  });

  it('reads a spool again that is shorter than it was, records what is new, and says so', async () => {
    home.write(...range(1, 10));
    await home.collect();
    const line = statSync(home.log).size / 10;
    truncateSync(home.log, Math.floor(line * 6.5));
    home.write('r11', 'r12', 'r13');
    await home.collect();
    const all = await home.entries();
    // The half line and the one that Kong has put behind it are one line now.
    expect(await home.ids()).toEqual([...range(1, 10), 'r12', 'r13']);
    expect([kinds(all, 'gap').length, kinds(all, 'unreadable').length]).toEqual([1, 1]);
    await home.collect();
    expect(kinds(await home.entries(), 'gap')).toHaveLength(1);
  });

  it('ends with the error of what cannot be read, where it shall end when all is read', async () => {
    home.write(...range(1, 5));
    const handle = await open(home.log, 'r');
    const sync = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'read');
    await handle.close();
    onTestFinished(() => {
      sync.mockRestore();
    });
    const one = await home.collector();
    sync.mockRejectedValueOnce(new Error('EIO'));
    await expect(one.catchUp(new AbortController().signal)).rejects.toThrow('EIO');
    await one.abandon();
    await home.collect();
    expect(await home.ids()).toEqual(range(1, 5));
  });

  it('waits for the end of a line that is being written', async () => {
    const [line] = [kongLine('r1', { started_at: home.now })];
    writeFileSync(home.log, line.slice(0, 200));
    await home.collect();
    expect(await home.ids()).toEqual([]);
    appendFileSync(home.log, line.slice(200));
    await home.collect();
    expect(await home.ids()).toEqual(['r1']);
  });

  it('keeps the place of lines that are no records of Kong', async () => {
    home.write('r1');
    appendFileSync(home.log, 'no JSON\n{"request":{}}\n\n');
    home.write('r2');
    await home.collect();
    const all = await home.entries();
    expect(await home.ids()).toEqual(['r1', 'r2']);
    expect(kinds(all, 'unreadable').map(({ members }) => members['sha256'])).toContain(
      createHash('sha256').update('no JSON').digest('hex'),
    );
    expect(kinds(all, 'unreadable')).toHaveLength(3);
  });

  it('gives a request one record, though two log plugins wrote it', async () => {
    home.write('r1', 'r1', 'r2');
    await home.collect({ killed: true });
    home.write('r2', 'r3');
    await home.collect();
    expect(await home.ids()).toEqual(['r1', 'r2', 'r3']);
  });

  it('refuses to go on with a chain that was changed', async () => {
    home.write(...range(1, 5));
    await home.collect();
    const path = join(home.folder, 'audit/kong-1-000000000000001.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"status":200', '"status":201'));
    await expect(home.collector()).rejects.toThrow(/AUDIT_RECORD_EDITED/);
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
