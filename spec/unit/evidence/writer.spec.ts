import { chmodSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { setNoticeSink, type Notice } from '../../../plugins/core/notices';
import { errno, failingDisk, item, linesIn, reasonOf, testWriter, told } from '../../support/evidence';
import { tempFolder } from '../../support/temp';

let folder: string;
let notices: Notice[];
beforeEach(() => {
  folder = join(tempFolder(), 'evidence');
  notices = [];
  const before = setNoticeSink((notice) => notices.push(notice));
  onTestFinished(() => void setNoticeSink(before));
});

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('a committed line', () => {
  it('is on the disk when the promise resolves, in a file and a directory of its owner alone', async () => {
    const { writer } = testWriter(folder);
    await writer.commit(item('a', { body: 'x\ny' }));
    expect(await linesIn(folder)).toMatchObject([
      {
        kind: 'line',
        file: 'evidence-n1-1-1-1.jsonl',
        offset: 0,
        part: 'request',
        requestId: 'a',
        at: '2026-06-01T00:00:00.000Z',
        members: { v: 1, body: 'x\ny' },
      },
    ]);
    expect([modeOf(folder), modeOf(join(folder, 'evidence-n1-1-1-1.jsonl'))]).toEqual(['700', '600']);
  });

  it('shares its sync with all that came while another was on its way', async () => {
    const { disk, calls } = failingDisk();
    const { writer } = testWriter(folder, {}, disk);
    await Promise.all(Array.from({ length: 33 }, (_, index) => writer.commit(item(`r${index}`))));
    expect(calls.filter((call) => call === 'sync').length).toBeLessThanOrEqual(2);
    expect((await told(folder)).toSorted()).toEqual(Array.from({ length: 33 }, (_, index) => `r${index}`).toSorted());
  });

  it.each([
    ['ENOSPC', 'append', 'no space left'],
    ['EIO', 'sync', 'the device failed'],
    ['EROFS', 'create', 'the file system is read-only'],
    ['EACCES', 'prepare', 'the directory may not be written to'],
  ] as const)('is refused on %s at %s: %s', async (code, call, reason) => {
    const { disk, broken } = failingDisk();
    const { writer } = testWriter(folder, {}, disk);
    broken.set(call, errno(code));
    expect(await reasonOf(writer.commit(item('a')))).toBe(reason);
    expect(writer.failing).toBe(true);
    expect(notices).toMatchObject([{ level: 'error', fields: { reason } }]);
  });

  it('is refused when there is no parent to make the directory in', async () => {
    const { writer } = testWriter(join(folder, 'deeper'));
    expect(await reasonOf(writer.commit(item('a')))).toBe('the directory is gone');
  });

  it('is refused in a directory that everybody may look into', async () => {
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    const { writer } = testWriter(folder);
    expect(await reasonOf(writer.commit(item('a')))).toMatch(/open to everybody \(mode 755\)/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused once the directory was taken away, and no other is made in its place', async () => {
    const { writer, pass } = testWriter(folder);
    await writer.commit(item('a'));
    rmSync(folder, { recursive: true });
    expect(await reasonOf(writer.commit(item('b')))).toBe('the file was removed');
    pass(1);
    expect(await reasonOf(writer.commit(item('c')))).toBe('the directory is gone');
    mkdirSync(folder, { mode: 0o700 });
    pass(1);
    expect(await reasonOf(writer.commit(item('d')))).toBe('stored');
    expect(await told(folder)).toEqual(['d']);
  });

  it('is refused when more wait than there is room for', async () => {
    const { writer } = testWriter(folder, { maxQueueBytes: 1000 });
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => reasonOf(writer.commit(item(`r${index}`, { text: 'x'.repeat(100) })))),
    );
    expect(new Set(results)).toEqual(new Set(['stored', 'too many lines are waiting for the disk']));
    expect(await told(folder)).toHaveLength(results.filter((result) => result === 'stored').length);
    expect(writer.queuedBytes).toBe(0);
  });
});

describe('a write that fails half-way', () => {
  it('is cut off, so that the next line stands alone', async () => {
    const failing = failingDisk();
    const { writer } = testWriter(folder, {}, failing.disk);
    await writer.commit(item('a'));
    failing.broken.set('append', errno('ENOSPC'));
    failing.partial = 30;
    expect(await reasonOf(writer.commit(item('b')))).toBe('no space left');
    failing.broken.clear();
    await writer.commit(item('c'));
    expect(await told(folder)).toEqual(['a', 'c']);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(notices.map(({ level }) => level)).toEqual(['error', 'info']);
  });

  it('ends the file when it cannot be cut off', async () => {
    const failing = failingDisk();
    const { writer, pass } = testWriter(folder, {}, failing.disk);
    failing.broken.set('append', errno('EIO')).set('cutTo', errno('EIO'));
    failing.partial = 30;
    expect(await reasonOf(writer.commit(item('a')))).toBe('the device failed');
    failing.broken.clear();
    pass(1);
    await writer.commit(item('b'));
    expect(await told(folder)).toEqual(['torn', 'b']);
    expect(readdirSync(folder)).toHaveLength(2);
  });
});

it('never uses a file again whose sync has failed, and no new one at once', async () => {
  const failing = failingDisk();
  const { writer, pass } = testWriter(folder, {}, failing.disk);
  failing.broken.set('sync', errno('EIO'));
  expect(await reasonOf(writer.commit(item('a')))).toBe('the device failed');
  failing.broken.clear();
  expect(await reasonOf(writer.commit(item('b')))).toBe('the device failed');
  expect(readdirSync(folder)).toHaveLength(1);
  pass(1);
  await writer.commit(item('c'));
  expect(readdirSync(folder)).toHaveLength(2);
  expect(await told(folder)).toEqual(['a', 'c']);
});

describe('an offered line', () => {
  it('is written a little later, without a sync', async () => {
    const { disk, calls } = failingDisk();
    const { writer, ring } = testWriter(folder, {}, disk);
    writer.offer(item('a'));
    writer.offer(item('b'));
    expect(calls).toEqual([]);
    await ring();
    expect(await told(folder)).toEqual(['a', 'b']);
    expect(calls).toEqual(['prepare', 'create', 'append']);
  });

  it('is counted when there is no room, and the count stands in the file from then on', async () => {
    const { writer, ring, pass } = testWriter(folder, { maxQueueBytes: 200 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      writer.offer(item(id));
      pass(1);
    }
    const kept = 5 - writer.droppedTotal;
    expect(writer.droppedTotal).toBeGreaterThan(0);
    await ring();
    const found = await linesIn(folder);
    expect(found).toHaveLength(kept + 1);
    expect(found[0]).toMatchObject({
      part: 'dropped',
      requestId: undefined,
      members: { count: writer.droppedTotal, since: `2026-06-01T00:00:0${kept}.000Z` },
    });
    writer.offer(item('f'));
    await ring();
    expect(await told(folder)).toHaveLength(kept + 2);
  });

  it('for which there was no room is told of though none comes after it, at the latest at the end', async () => {
    const { writer, ring } = testWriter(folder, { maxQueueBytes: 200 });
    writer.offer(item('a', { body: 'x'.repeat(300) }));
    await ring();
    expect(await told(folder)).toEqual(['dropped']);
    writer.offerLater(Promise.reject(new Error('Kong is gone')));
    await writer.close();
    expect(await linesIn(folder)).toMatchObject([
      { part: 'dropped', members: { count: 1 } },
      { part: 'dropped', members: { count: 1 } },
    ]);
    expect(writer.droppedTotal).toBe(2);
  });

  it('waits for a disk that has failed, in its order, and is not lost', async () => {
    const failing = failingDisk();
    const { writer, ring, pass } = testWriter(folder, {}, failing.disk);
    failing.broken.set('append', errno('ENOSPC'));
    writer.offer(item('a'));
    await ring();
    writer.offer(item('b'));
    expect(await reasonOf(writer.commit(item('c')))).toBe('no space left');
    failing.broken.clear();
    pass(1);
    await ring();
    expect(await told(folder)).toEqual(['a', 'b']);
    expect(writer.failing).toBe(false);
  });

  it('that is still to come is waited for at the end, and counted when it does not come', async () => {
    const { writer, ring } = testWriter(folder);
    writer.offerLater(Promise.reject(new Error('Kong is gone')));
    writer.offerLater(Promise.resolve({ item: item('a'), materials: [{ id: 'm', content: { kind: 'x' } }] }));
    await ring();
    expect(await told(folder)).toEqual(['dropped', 'material', 'a']);
    expect(writer.droppedTotal).toBe(1);
    expect(notices).toMatchObject([{ level: 'error', fields: { cause: 'Kong is gone' } }]);
  });

  it('that is lost at the end is told of', async () => {
    const failing = failingDisk();
    const { writer, ring } = testWriter(folder, {}, failing.disk);
    failing.broken.set('create', errno('EROFS'));
    writer.offer(item('a'));
    await ring();
    expect(notices.at(-1)).toMatchObject({ level: 'error', fields: { lines: 1 } });
  });
});

describe('files', () => {
  it('are ended by size and by age', async () => {
    const { writer, pass } = testWriter(folder, { maxFileSize: 100, maxFileAge: 60 });
    for (const id of ['a', 'b', 'c']) await writer.commit(item(id));
    expect(readdirSync(folder)).toHaveLength(2);
    pass(61);
    await writer.commit(item('d'));
    expect(readdirSync(folder)).toHaveLength(3);
    expect(await told(folder)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('each hold what their lines refer to, once and ahead of them', async () => {
    const { writer } = testWriter(folder, { maxFileSize: 250 });
    const material = { id: 'm1', content: { x5c: ['AA'] } };
    for (const id of ['a', 'b', 'c']) await writer.commit(item(id, { refers: 'm1' }), [material]);
    expect(await told(folder)).toEqual(['material', 'a', 'b', 'material', 'c']);
    expect((await linesIn(folder))[0]).toMatchObject({ members: { part: 'material', id: 'm1', x5c: ['AA'] } });
  });
});

it('whatever fails whenever: what was acknowledged is there, once for each acknowledgement, in whole lines', async () => {
  const step = fc.record({
    fail: fc.constantFrom('none', 'append', 'sync', 'create', 'append and cut' as const),
    partial: fc.nat(200),
    lines: fc.integer({ min: 1, max: 4 }),
    later: fc.nat(2),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const directory = join(folder, '..', `p${Math.random()}`);
      const failing = failingDisk();
      const { writer, pass } = testWriter(directory, { maxFileSize: 400 }, failing.disk);
      const acknowledged: string[] = [];
      for (const [index, { fail, partial, lines, later }] of steps.entries()) {
        failing.broken.clear();
        failing.partial = partial;
        if (fail === 'append and cut') failing.broken.set('append', errno('EIO')).set('cutTo', errno('EIO'));
        else if (fail !== 'none') failing.broken.set(fail, errno('ENOSPC'));
        const ids = Array.from({ length: lines }, (_, line) => `${index}.${line}`);
        const results = await Promise.all(ids.map((id) => reasonOf(writer.commit(item(id)))));
        acknowledged.push(...ids.filter((_, line) => results[line] === 'stored'));
        pass(later);
      }
      const found = acknowledged.length === 0 ? [] : await told(directory);
      for (const id of acknowledged) expect(found.filter((one) => one === id)).toHaveLength(1);
      expect(found).not.toContain('malformed');
    }),
    { numRuns: 40 },
  );
});
