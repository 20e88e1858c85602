import { appendFileSync, statSync, truncateSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Spool } from '../../../plugins/core/audit/collect/spool';
import { tempFolder } from '../../support/temp';

/** Lines of 1 KiB, the first of which names the file. */
const lines = (name: string, count: number): string =>
  Array.from({ length: count }, (_, index) => `${name}-${index} `.padEnd(1023, '.')).join('\n') + '\n';

type Found = Awaited<ReturnType<Spool['read']>>;
const gapsOf = (found: Found) => found.filter(({ kind }) => kind === 'gap');
const namesOf = (found: Found): string[] =>
  found.flatMap((one) => (one.kind === 'line' ? [one.bytes.toString('latin1').split('-', 1)[0] ?? ''] : []));

describe('a spool', () => {
  it('answers lines when they are on the disk, not before', async () => {
    const path = join(tempFolder(), 'access.log');
    appendFileSync(path, lines('a', 3));
    const spool = new Spool([path], new Map());
    const handle = await open(path, 'r');
    const sync = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'datasync');
    await handle.close();
    onTestFinished(() => {
      sync.mockRestore();
    });
    sync.mockRejectedValueOnce(new Error('EIO'));
    await expect(spool.read(10)).rejects.toThrow('EIO');
    // Nothing was taken for read.
    expect(await spool.read(10)).toHaveLength(3);
    expect(sync).toHaveBeenCalledTimes(2);
    expect(await spool.read(10)).toEqual([]);
    expect(sync).toHaveBeenCalledTimes(2);
  });

  it('tells how much was seen and cut off before it was read', async () => {
    const path = join(tempFolder(), 'access.log');
    appendFileSync(path, lines('a', 500));
    const spool = new Spool([path], new Map());
    const read = (await spool.read(1)).length;
    expect(read).toBeLessThan(300);
    truncateSync(path, 300 * 1024);
    const found = await spool.read(1000);
    expect(gapsOf(found)).toEqual([{ kind: 'gap', source: expect.anything() as unknown, bytes: 200 * 1024 }]);
    expect(read + namesOf(found).length).toBe(300);
    expect(await spool.read(1000)).toEqual([]);
  });

  it.each([
    ['within a line', 2.5, 2],
    ['behind a line', 2, 2],
    ['within the second line', 1.1, 1],
  ])('that is cut %s is read again, with what was written behind the cut', async (_, cut, whole) => {
    const path = join(tempFolder(), 'access.log');
    appendFileSync(path, lines('a', 5));
    const spool = new Spool([path], new Map());
    await spool.read(10);
    truncateSync(path, Math.floor(cut * 1024));
    appendFileSync(path, '\n'.repeat(statSync(path).size % 1024 === 0 ? 0 : 1) + lines('b', 1));
    const [gap, ...rest] = await spool.read(10);
    // All that was seen had been read.
    expect(gap).toMatchObject({ kind: 'gap', source: { end: 0 }, bytes: 0 });
    const names = namesOf(rest);
    expect(names.filter((name) => name === 'a').length).toBeGreaterThanOrEqual(whole);
    expect(names.at(-1)).toBe('b');
    expect(await spool.read(10)).toEqual([]);
  });

  it('that cannot be read takes nothing along of another, and says why', async () => {
    const folder = tempFolder();
    const paths = [join(folder, 'first.log'), join(folder, 'second.log')];
    appendFileSync(paths[0] ?? '', lines('a', 2));
    appendFileSync(paths[1] ?? '', lines('b', 2));
    const handle = await open(paths[0] ?? '', 'r');
    const sync = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'datasync');
    await handle.close();
    onTestFinished(() => {
      sync.mockRestore();
    });
    const spool = new Spool(paths, new Map());
    sync.mockRejectedValueOnce(new Error('EIO'));
    expect(namesOf(await spool.read(10))).toEqual(['b', 'b']);
    expect([spool.trouble?.message, spool.isRead]).toEqual(['EIO', false]);
    expect(namesOf(await spool.read(10))).toEqual(['a', 'a']);
    expect([spool.trouble, spool.isRead]).toEqual([undefined, true]);
  });

  it('that is far behind keeps no other waiting', async () => {
    const folder = tempFolder();
    const paths = [join(folder, 'first.log'), join(folder, 'second.log')];
    appendFileSync(paths[0] ?? '', lines('a', 500));
    appendFileSync(paths[1] ?? '', lines('b', 2));
    const names = namesOf(await new Spool(paths, new Map()).read(10));
    expect(names.filter((name) => name === 'b')).toHaveLength(2);
    expect(names.filter((name) => name === 'a').length).toBeLessThan(500);
  });
});
