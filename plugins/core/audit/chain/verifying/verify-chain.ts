import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../findings';
import { hashHolds, mayBeTorn, readLine, type ChainLine } from '../line';
import { LineReader } from '../lines';
import type { SegmentFile } from '../names';
import { newState, type ChainState } from '../state';
import type { RecordPlace } from '../stretch';
import { ChainJudge } from './judge';
import { missingAtEnd, type KnownCheckpoint } from './known-checkpoints';
import type { SealTrust } from './seal-judge';

/** Where a verification stands in one chain; with it a later one goes on from there. Plain JSON. */
export interface VerifiedUpTo {
  readonly state: ChainState;
  readonly file: string;
  /** Where the last line begins, and where the next one will. */
  readonly last: number;
  readonly offset: number;
}

/** The verdict on one chain. */
export interface ChainVerdict {
  readonly upTo: VerifiedUpTo;
  /** Bytes of a record that was being written; no damage. */
  readonly torn: number;
  readonly files: number;
}

/** One chain, and what is known of it. */
export interface ChainToVerify {
  readonly directory: string;
  readonly node: string;
  readonly segments: readonly SegmentFile[];
  readonly known: readonly KnownCheckpoint[];
  /** What was verified before; those records are not read again. */
  readonly before: VerifiedUpTo | undefined;
}

export interface ChainOptions extends SealTrust {
  /** Sees every record that holds, and where it stands. */
  readonly onRecord?: (line: ChainLine, bytes: Buffer, node: string, place: RecordPlace) => void;
  /** Told after each piece what was read of it; answering false stops the verification where it stands. */
  readonly onPiece: (records: number, bytes: number) => boolean;
}

export interface VerifiedChain {
  readonly findings: readonly Finding[];
  /** Undefined when what was verified before is not what it was. */
  readonly verdict: ChainVerdict | undefined;
}

/** Verifies one chain. Rejects with the error of the file system. */
export async function verifyChain(chain: ChainToVerify, options: ChainOptions): Promise<VerifiedChain> {
  const { directory, segments, known, before } = chain;
  const changed = before === undefined ? undefined : await changedSince(directory, before);
  if (changed !== undefined) return { findings: [changed], verdict: undefined };
  const reading = new ChainReading(chain, options);
  const resumed = segments.findIndex(({ name }) => name === before?.file);
  const left = segments.slice(Math.max(0, resumed));
  let goesOn = true;
  for (const segment of left) {
    goesOn = await reading.read(segment, segment === left.at(-1), segment.name === before?.file ? before.offset : 0);
    if (!goesOn) break;
  }
  const { state, findings } = reading.judge;
  const { upTo, torn } = reading;
  const missing = goesOn && findings.length === 0 ? missingAtEnd(state, known) : [];
  return { findings: [...findings, ...missing], verdict: { upTo, torn, files: segments.length } };
}

/** The last record that was verified before is no longer where it was. */
async function changedSince(directory: string, { state, file, last }: VerifiedUpTo): Promise<Finding | undefined> {
  const { node, seq } = state;
  const handle = await open(join(directory, file), 'r').catch(() => undefined);
  try {
    const [line] = handle === undefined ? [] : await new LineReader(handle, last).next();
    const frame = line === undefined ? undefined : readLine(line.bytes);
    if (line === undefined || frame === undefined) {
      return { code: 'AUDIT_CHAIN_TRUNCATED', node, file, seq, details: { last: '?', seq } };
    }
    if (frame.hash === state.hash && hashHolds(line.bytes, frame)) return undefined;
    return { code: 'AUDIT_RECORD_EDITED', node, file, seq, offset: last, details: {} };
  } finally {
    await handle?.close();
  }
}

class ChainReading {
  readonly judge: ChainJudge;
  upTo: VerifiedUpTo;
  torn = 0;
  private readonly chain: ChainToVerify;
  private readonly options: ChainOptions;

  constructor(chain: ChainToVerify, options: ChainOptions) {
    const { node, before, known } = chain;
    [this.chain, this.options] = [chain, options];
    const state = before === undefined ? newState(node) : structuredClone(before.state);
    const lines = new Map(known.map(({ line, bytes, file }) => [line.seq, { bytes, file }]));
    this.judge = new ChainJudge(state, { ...options, known: lines });
    this.upTo = { ...(before ?? { file: '', last: 0, offset: 0 }), state };
  }

  /** Reads a segment from a byte on. False when it was stopped. */
  async read(segment: SegmentFile, isLast: boolean, from: number): Promise<boolean> {
    const { judge } = this;
    const { directory, node } = this.chain;
    const { onRecord, onPiece } = this.options;
    const file = await open(join(directory, segment.name), 'r');
    try {
      const reader = new LineReader(file, from);
      judge.beginSegment(segment, from > 0);
      for (let lines = await reader.next(); lines.length > 0; lines = await reader.next()) {
        let size = 0;
        for (const { bytes, offset } of lines) {
          const line = judge.line(bytes, offset);
          size += bytes.length + 1;
          if (line !== undefined) onRecord?.(line, bytes, node, { file: segment.name, offset });
        }
        const last = lines.at(-1)?.offset ?? 0;
        this.upTo = { state: judge.state, file: segment.name, last, offset: reader.offset };
        if (!onPiece(lines.length, size)) return false;
      }
      judge.endSegment(reader.rest, reader.offset, isLast);
      this.torn = isLast && mayBeTorn(reader.rest) ? reader.rest.length : 0;
      return true;
    } finally {
      await file.close();
    }
  }
}
