import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { evidenceFiles, fileNameOf, parseFileName, readEvidenceFile } from '../../../plugins/core/evidence';
import { item, linesIn, testWriter, told } from '../../support/evidence';
import { tempFolder } from '../../support/temp';

const FILE = 'evidence-n1-1-1-1.jsonl';
let folder: string;
let path: string;
beforeEach(async () => {
  folder = join(tempFolder(), 'evidence');
  path = join(folder, FILE);
  const { writer } = testWriter(folder);
  for (const id of ['a', 'b', 'c']) await writer.commit(item(id, { text: 'è'.repeat(20) }));
});

describe('the reader', () => {
  it('tells of each line where it is and the hash of its bytes', async () => {
    const bytes = readFileSync(path);
    for (const one of await linesIn(folder)) {
      const line = bytes.subarray(one.offset, one.offset + one.bytes);
      expect(bytes[one.offset + one.bytes]).toBe(0x0a);
      expect(one).toMatchObject({ sha256: createHash('sha256').update(line).digest('hex') });
    }
  });

  it('goes on from where a line ended', async () => {
    const [, second] = await linesIn(folder);
    const found: unknown[] = [];
    for await (const one of readEvidenceFile(folder, FILE, second?.offset)) found.push(one);
    expect(found).toEqual((await linesIn(folder)).slice(1));
  });

  it('passes over a line that a killed process has left torn, at whatever byte', async () => {
    const whole = await linesIn(folder);
    const bytes = readFileSync(path);
    for (let cut = bytes.length; cut >= 0; cut -= 7) {
      truncateSync(path, cut);
      const expected = whole.filter((one) => one.offset + one.bytes < cut);
      const end = expected.at(-1);
      const rest = cut - (end === undefined ? 0 : end.offset + end.bytes + 1);
      expect(await linesIn(folder)).toEqual([
        ...expected,
        ...(rest === 0 ? [] : [{ kind: 'torn', file: FILE, offset: cut - rest, bytes: rest }]),
      ]);
    }
  });

  it.each([
    ['no JSON', 'x'],
    ['no object', '[1]'],
    ['nothing', ''],
    ['another version', '{"v":2,"part":"request","at":"2026-06-01T00:00:00.000Z"}'],
    ['an unknown part', '{"v":1,"part":"secret","at":"2026-06-01T00:00:00.000Z"}'],
    ['a request id that is none', '{"v":1,"part":"request","request_id":1,"at":"2026-06-01T00:00:00.000Z"}'],
  ])('tells of a line that holds %s, and goes on behind it', async (_, text) => {
    appendFileSync(path, `${text}\n`);
    writeFileSync(
      path,
      Buffer.concat([readFileSync(path), readFileSync(path).subarray(0, (await linesIn(folder))[1]!.offset)]),
    );
    expect(await told(folder)).toEqual(['a', 'b', 'c', 'malformed', 'a']);
  });

  it('reads lines longer than its buffer', async () => {
    const { writer } = testWriter(folder, {
      series: { directory: folder, node: 'n1', pid: 1, start: 2 },
      maxQueueBytes: 1e7,
    });
    await writer.commit(item('large', { body: 'x'.repeat(900_000) }));
    expect(await told(folder)).toEqual(['a', 'b', 'c', 'large']);
  });
});

it('takes files of several processes in the order in which they began, and each one’s by number', async () => {
  const names = [
    { node: 'n1', pid: 1, start: 1, number: 2 },
    { node: 'n1', pid: 1, start: 1, number: 10 },
    { node: 'n0', pid: 9, start: 2, number: 1 },
  ].map(fileNameOf);
  for (const name of [...names].reverse()) writeFileSync(join(folder, name), '');
  writeFileSync(join(folder, 'access.log'), 'nothing of ours');
  expect((await evidenceFiles(folder)).map(({ name }) => name)).toEqual([FILE, ...names]);
});

it('reads a file name back as it was made', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Za-z0-9_.]{1,20}$/),
      fc.nat(),
      fc.nat(),
      fc.nat(),
      (node, pid, start, number) => {
        const parts = { node, pid, start, number };
        expect(parseFileName(fileNameOf(parts))).toEqual({ name: fileNameOf(parts), ...parts });
      },
    ),
  );
});
