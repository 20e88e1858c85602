import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { hashHolds, membersOf, readLine } from '../line';
import { LineReader } from '../lines';
import type { SegmentFile } from '../names';

/** The last segment may have only just begun; the one before it then has the last checkpoint. */
const LEAST = 2;

/**
 * The last segments of a chain: two, or more when the last checkpoint says that records before them are wanted. Nothing is
 * judged here: a checkpoint that is not what it was is found when they are read.
 */
export async function segmentsToRead(
  directory: string,
  segments: readonly SegmentFile[],
  reach: (position: unknown) => number | undefined,
): Promise<readonly SegmentFile[]> {
  const least = segments.slice(-LEAST);
  for (const { name } of least.toReversed()) {
    const position = await lastPosition(join(directory, name));
    if (position === undefined) continue;
    const after = reach(position);
    const first = after === undefined ? -1 : segments.findLastIndex((segment) => segment.first <= after + 1);
    return first === -1 ? least : segments.slice(Math.min(first, Math.max(0, segments.length - LEAST)));
  }
  return least;
}

/** `position` of the last checkpoint of a segment; undefined when it has none. */
async function lastPosition(path: string): Promise<unknown> {
  const file = await open(path, 'r');
  try {
    const reader = new LineReader(file);
    let last: Buffer | undefined;
    for (let lines = await reader.next(); lines.length > 0; lines = await reader.next()) {
      const found = lines.findLast(({ bytes }) => readLine(bytes)?.kind === 'checkpoint');
      if (found !== undefined) last = Buffer.from(found.bytes);
    }
    const frame = last === undefined ? undefined : readLine(last);
    if (last === undefined || frame === undefined || !hashHolds(last, frame)) return undefined;
    return membersOf(last)['position'];
  } finally {
    await file.close();
  }
}
