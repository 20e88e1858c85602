import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { prunable, removeFile, type RemovedFile } from '../../../plugins/core/evidence';
import { AT, errno, failingDisk, item, linesIn, reasonOf, testWriter, told } from '../../support/evidence';
import { tempFolder } from '../../support/temp';

const DAY = 86_400;
let directory: string;
beforeEach(() => {
  directory = join(tempFolder(), 'evidence');
});

/** One file of this process `start`, its lines and its last change `at`. */
async function file(start: number, at: number, ...ids: string[]): Promise<string> {
  const series = { directory, node: 'n1', pid: 1, start };
  const { writer } = testWriter(directory, { series });
  for (const id of ids) await writer.commit({ ...item(id), at });
  await writer.close();
  const name = `evidence-n1-1-${start}-1.jsonl`;
  utimesSync(join(directory, name), at, at);
  return name;
}

async function found(cutoff: number): Promise<RemovedFile[]> {
  const files: RemovedFile[] = [];
  for await (const one of prunable(directory, cutoff)) files.push(one);
  return files;
}

const pruner = (disk = failingDisk().disk) =>
  testWriter(directory, { series: { directory, node: 'n1', pid: 2, start: 99 } }, disk).writer;

describe('retention', () => {
  it('ends for files without anything younger, and tells what they were', async () => {
    const old = await file(1, AT - 10 * DAY, 'a', 'b');
    await file(2, AT, 'c');
    const bytes = readFileSync(join(directory, old));
    expect(await found(AT - DAY)).toEqual([
      {
        file: old,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        exchanges: 2,
        lines: 2,
        from: '2026-05-22T00:00:00.000Z',
        to: '2026-05-22T00:00:00.000Z',
      },
    ]);
    expect(await found(AT - 11 * DAY)).toEqual([]);
  });

  it('does not end for a file that was written to since, or that holds a younger line', async () => {
    const name = await file(1, AT - 10 * DAY, 'a');
    utimesSync(join(directory, name), AT, AT);
    await file(2, AT, 'b');
    utimesSync(join(directory, 'evidence-n1-1-2-1.jsonl'), AT - 10 * DAY, AT - 10 * DAY);
    expect(await found(AT - DAY)).toEqual([]);
  });
});

describe('the proof of a removal', () => {
  it('stands in a file of evidence, and stays when the next ones are removed', async () => {
    const old = await file(1, AT - 10 * DAY, 'a');
    await file(2, AT, 'b');
    const [removed] = await found(AT - DAY);
    const writer = pruner();
    await removeFile(directory, writer, removed!, { retention: DAY, now: AT });
    await writer.close();
    expect(existsSync(join(directory, old))).toBe(false);
    expect(await told(directory)).toEqual(['b', 'removed']);
    expect((await linesIn(directory)).at(-1)).toMatchObject({
      part: 'removed',
      members: { ...removed, retention: DAY },
    });
    for (const name of readdirSync(directory)) utimesSync(join(directory, name), AT - 9 * DAY, AT - 9 * DAY);
    expect((await found(AT + DAY)).map((one) => one.file)).toEqual(['evidence-n1-1-2-1.jsonl']);
  });

  it('comes first: what cannot be proved removed is not removed', async () => {
    const old = await file(1, AT - 10 * DAY, 'a');
    const [removed] = await found(AT - DAY);
    const { disk, broken } = failingDisk();
    broken.set('sync', errno('ENOSPC'));
    expect(await reasonOf(removeFile(directory, pruner(disk), removed!, { retention: DAY, now: AT }))).toBe(
      'no space left',
    );
    expect(existsSync(join(directory, old))).toBe(true);
  });
});
