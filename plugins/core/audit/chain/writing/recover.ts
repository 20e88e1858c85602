import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ChainError } from '../chain-error';
import { hashHolds, membersOf, readLine, sha256, type Members } from '../line';
import { ChainJudge } from '../verifying/judge';
import { LineReader } from '../lines';
import { chainFile, headName, segmentName, type SegmentFile } from '../names';
import { unlessGone } from '../../unless-gone';
import { segmentsToRead } from './segments-to-read';
import { newState, stateBefore, type ChainState } from '../state';

/** A record as it was read back. */
export interface ReadRecord {
  readonly kind: string;
  readonly seq: number;
  readonly members: Members;
}

/** A chain as its writer finds it. */
export interface Recovered {
  readonly state: ChainState;
  /** The segment to go on with, and how much of it is whole. */
  readonly path: string;
  readonly size: number;
  readonly isNew: boolean;
  /** What was cut off behind the last whole line. */
  readonly torn: { readonly bytes: number; readonly sha256: string } | undefined;
  /** The file that names the latest checkpoint is gone, though there was one. */
  readonly headMissing: boolean;
  /** The last checkpoint and the records after it, oldest first. */
  readonly records: readonly ReadRecord[];
}

/** What the owner of a chain reads back of it. */
export interface ReadBack {
  /** Sees every record that is read, oldest first. */
  readonly visit: (record: ReadRecord) => void;
  /** What the `position` of the last checkpoint says: all records after this number must be read. */
  readonly reach: (position: unknown) => number | undefined;
}

const NOTHING: ReadBack = { visit: () => undefined, reach: () => undefined };

/**
 * Reads the end of a node's chain, judging it.
 * @throws ChainError for damage.
 */
export async function recoverChain(
  directory: string,
  node: string,
  { visit, reach }: ReadBack = NOTHING,
): Promise<Recovered> {
  await rm(join(directory, `.${headName(node)}.new`), { force: true });
  const segments = await segmentsOf(directory, node);
  const head = await readHead(directory, node);
  const last = segments.at(-1);
  if (last === undefined) {
    refuseCut(newState(node), head);
    return beginning(directory, node);
  }
  const read = await segmentsToRead(directory, segments, reach);
  const state = stateBefore(node, read[0]?.first ?? 1);
  const judge = new ChainJudge(state);
  let records: ReadRecord[] = [];
  const seen = (record: ReadRecord): void => {
    if (record.kind === 'checkpoint') records = [];
    records.push(record);
    visit(record);
  };
  let end: End = { size: 0, rest: Buffer.alloc(0) };
  for (const segment of read) {
    end = await readSegment(join(directory, segment.name), segment, judge, segment === last, seen);
  }
  const [finding] = judge.findings;
  if (finding !== undefined) throw new ChainError(finding);
  refuseCut(state, head);
  const headMissing = head === undefined && state.checkpointCount > 1;
  const torn = end.rest.length === 0 ? undefined : { bytes: end.rest.length, sha256: sha256(end.rest) };
  return { state, path: join(directory, last.name), size: end.size, isNew: false, torn, headMissing, records };
}

const beginning = (directory: string, node: string): Recovered => ({
  state: newState(node),
  path: join(directory, segmentName(node, 1)),
  size: 0,
  isNew: true,
  torn: undefined,
  headMissing: false,
  records: [],
});

/** The segments of a node, in order. */
async function segmentsOf(directory: string, node: string): Promise<readonly SegmentFile[]> {
  const names = (await readdir(directory)).toSorted();
  return names.map(chainFile).filter((file): file is SegmentFile => file.type === 'segment' && file.node === node);
}

interface End {
  readonly size: number;
  readonly rest: Buffer;
}

async function readSegment(
  path: string,
  segment: SegmentFile,
  judge: ChainJudge,
  isLast: boolean,
  seen: (record: ReadRecord) => void,
): Promise<End> {
  const file = await open(path, 'r');
  try {
    const reader = new LineReader(file);
    judge.beginSegment(segment);
    for (let lines = await reader.next(); lines.length > 0; lines = await reader.next()) {
      for (const { bytes, offset } of lines) {
        const line = judge.line(bytes, offset);
        if (line !== undefined) seen({ kind: line.kind, seq: line.seq, members: membersOf(bytes) });
      }
    }
    const rest = Buffer.from(reader.rest);
    judge.endSegment(rest, reader.offset, isLast);
    return { size: reader.offset, rest };
  } finally {
    await file.close();
  }
}

interface Head {
  readonly file: string;
  readonly seq: number;
  readonly hash: string;
}

async function readHead(directory: string, node: string): Promise<Head | undefined> {
  const file = headName(node);
  const handle = await open(join(directory, file), 'r').catch(unlessGone(undefined));
  if (handle === undefined) return undefined;
  try {
    const bytes = await handle.readFile();
    const line = bytes.subarray(0, -1);
    const frame = readLine(line);
    if (frame === undefined || !hashHolds(line, frame)) {
      throw new ChainError({ code: 'AUDIT_HEAD_FORGED', node, file, seq: 0, details: { file } });
    }
    return { file, seq: frame.seq, hash: frame.hash };
  } finally {
    await handle.close();
  }
}

/** A head that names more than there is: the chain was cut, or rolled back. */
function refuseCut({ node, seq, checkpoints }: ChainState, head: Head | undefined): void {
  if (head === undefined) return;
  const { file } = head;
  if (head.seq > seq) {
    const details = { last: seq, seq: head.seq };
    throw new ChainError({ code: 'AUDIT_CHAIN_TRUNCATED', node, file, seq: seq + 1, details });
  }
  const mark = checkpoints.find((one) => one.seq === head.seq);
  if (mark !== undefined && mark.hash !== head.hash) {
    throw new ChainError({ code: 'AUDIT_HEAD_FORGED', node, file, seq: head.seq, details: { file } });
  }
}
