import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from './findings';
import { openFolder, type ChainFolder } from './folder';
import { ChainJudge, type JudgeOptions, type KnownLine } from './judge';
import { hashHolds, mayBeTorn, readLine, type ChainLine } from './line';
import { LineReader } from './lines';
import { headName, type SegmentFile } from './names';
import { newState, type ChainState } from './state';
import type { RecordPlace } from './stretch';

/** Where a verification stands in one chain; with it a later one goes on from there. Plain JSON. */
export interface VerifiedUpTo {
  readonly state: ChainState;
  readonly file: string;
  /** Where the last line begins, and where the next one will. */
  readonly last: number;
  readonly offset: number;
}

export interface Progress {
  readonly records: number;
  readonly bytes: number;
  readonly ofBytes: number;
}

export interface VerifyOptions extends Pick<JudgeOptions, 'trusts' | 'timestamps'> {
  /** What was verified before, by node; those records are not read again. */
  readonly from?: ReadonlyMap<string, VerifiedUpTo>;
  /** Checkpoints that were kept elsewhere: their lines, by node, and the name of their file. */
  readonly witness?: { readonly file: string; readonly lines: readonly Buffer[] };
  /** Told after each piece; answering false stops the verification where it stands. */
  readonly onProgress?: (progress: Progress) => boolean;
  /** Sees every record that holds, and where it stands. */
  readonly onRecord?: (line: ChainLine, bytes: Buffer, node: string, place: RecordPlace) => void;
}

/** The verdict on one chain. */
export interface ChainVerdict {
  readonly upTo: VerifiedUpTo;
  /** Bytes of a record that was being written; no damage. */
  readonly torn: number;
  readonly files: number;
}

export interface FolderVerdict {
  readonly findings: readonly Finding[];
  readonly chains: readonly ChainVerdict[];
  /** Records read now. */
  readonly records: number;
  readonly bytes: number;
  /** False when it was stopped. */
  readonly complete: boolean;
}

/** Verifies every chain of a folder. Rejects with the error of the file system. */
export function verifyFolder(directory: string, options: VerifyOptions = {}): Promise<FolderVerdict> {
  return new FolderVerifier(directory, options).run();
}

class FolderVerifier {
  private readonly directory: string;
  private readonly options: VerifyOptions;
  private readonly findings: Finding[] = [];
  private readonly chains: ChainVerdict[] = [];
  private records = 0;
  private bytes = 0;
  private ofBytes = 0;
  private stopped = false;

  constructor(directory: string, options: VerifyOptions) {
    this.directory = directory;
    this.options = options;
  }

  async run(): Promise<FolderVerdict> {
    // Heads first: a collector may be at work, and its chain is never shorter than its head was.
    const folder = await openFolder(this.directory);
    const heads = await this.readHeads(folder);
    this.ofBytes = await this.sizeOf(folder);
    for (const file of folder.unknown) this.find({ code: 'AUDIT_FILE_UNKNOWN', node: '', file, seq: 0, details: {} });
    for (const node of this.expected(folder)) {
      const segments = folder.nodes.get(node);
      if (segments !== undefined) await this.chain(node, segments, heads.get(node) ?? []);
      else this.find({ code: 'AUDIT_CHAIN_MISSING', node, file: '', seq: 1, details: { missing: node } });
      if (this.stopped) break;
    }
    const { findings, chains, records, bytes } = this;
    return { findings, chains, records, bytes, complete: !this.stopped };
  }

  /** The nodes that have segments, and those that should. */
  private expected({ nodes, heads }: ChainFolder): readonly string[] {
    const witnessed = (this.options.witness?.lines ?? []).flatMap((line) => nodeOfCheckpoint(line) ?? []);
    return [...new Set([...nodes.keys(), ...heads.keys(), ...witnessed, ...(this.options.from?.keys() ?? [])])].sort();
  }

  private async sizeOf({ nodes }: ChainFolder): Promise<number> {
    const sizes = [...nodes.values()].flat().map(async ({ name }) => (await stat(join(this.directory, name))).size);
    const before = [...(this.options.from?.values() ?? [])].reduce((sum, { offset }) => sum + offset, 0);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) - before;
  }

  private async readHeads({ heads }: ChainFolder): Promise<ReadonlyMap<string, readonly KnownCheckpoint[]>> {
    const known = new Map<string, KnownCheckpoint[]>();
    const add = (node: string, checkpoint: KnownCheckpoint): void => {
      known.set(node, [...(known.get(node) ?? []), checkpoint]);
    };
    for (const [node, file] of heads) {
      const bytes = await readFile(join(this.directory, file));
      const line = bytes.at(-1) === 0x0a ? checkpointIn(bytes.subarray(0, -1), file) : undefined;
      if (line !== undefined) add(node, line);
      else this.find({ code: 'AUDIT_HEAD_FORGED', node, file, seq: 0, details: { file } });
    }
    const { witness } = this.options;
    for (const bytes of witness?.lines ?? []) {
      const line = checkpointIn(bytes, witness?.file ?? '');
      const node = nodeOfCheckpoint(bytes);
      if (line !== undefined && node !== undefined) add(node, line);
    }
    return known;
  }

  private async chain(
    node: string,
    segments: readonly SegmentFile[],
    known: readonly KnownCheckpoint[],
  ): Promise<void> {
    const before = this.options.from?.get(node);
    const state = before === undefined ? newState(node) : structuredClone(before.state);
    const judge = new ChainJudge(state, {
      ...this.options,
      known: new Map(known.map(({ line, bytes, file }) => [line.seq, { bytes, file }])),
    });
    const reading = { node, judge, upTo: before ?? { state, file: '', last: 0, offset: 0 }, torn: 0 };
    const resumed = before === undefined ? 0 : segments.findIndex(({ name }) => name === before.file);
    const changed = before === undefined ? undefined : await this.changedSince(before);
    if (changed !== undefined) {
      this.find(changed);
      return;
    }
    const left = segments.slice(Math.max(0, resumed));
    for (const segment of left) {
      await this.segment(reading, segment, segment === left.at(-1), segment.name === before?.file ? before.offset : 0);
      if (this.stopped) break;
    }
    this.findings.push(...judge.findings);
    this.chains.push({ upTo: { ...reading.upTo, state }, torn: reading.torn, files: segments.length });
    if (!this.stopped && judge.findings.length === 0) this.compareEnds(state, known);
  }

  /** The last record that was verified before is no longer where it was. */
  private async changedSince({ state, file, last }: VerifiedUpTo): Promise<Finding | undefined> {
    const { node, seq } = state;
    const handle = await open(join(this.directory, file), 'r').catch(() => undefined);
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

  private async segment(
    reading: { node: string; judge: ChainJudge; upTo: VerifiedUpTo; torn: number },
    segment: SegmentFile,
    isLast: boolean,
    from: number,
  ): Promise<void> {
    const { judge, node } = reading;
    const { onRecord, onProgress } = this.options;
    const file = await open(join(this.directory, segment.name), 'r');
    try {
      const reader = new LineReader(file, from);
      judge.beginSegment(segment, from > 0);
      for (let lines = await reader.next(); lines.length > 0; lines = await reader.next()) {
        for (const { bytes, offset } of lines) {
          const line = judge.line(bytes, offset);
          this.bytes += bytes.length + 1;
          if (line !== undefined) onRecord?.(line, bytes, node, { file: segment.name, offset });
        }
        this.records += lines.length;
        reading.upTo = {
          state: judge.state,
          file: segment.name,
          last: lines.at(-1)?.offset ?? 0,
          offset: reader.offset,
        };
        const { records, bytes, ofBytes } = this;
        if (onProgress?.({ records, bytes, ofBytes }) === false) this.stopped = true;
        if (this.stopped) return;
      }
      const { rest } = reader;
      judge.endSegment(rest, reader.offset, isLast);
      reading.torn = isLast && mayBeTorn(rest) ? rest.length : 0;
    } finally {
      await file.close();
    }
  }

  /** What was known to be in the chain is there. */
  private compareEnds(state: ChainState, known: readonly KnownCheckpoint[]): void {
    const { node, seq: last } = state;
    for (const { line, file } of known) {
      const mark = state.checkpoints.find(({ seq }) => seq === line.seq);
      if (line.seq > last) {
        const details = { last, seq: line.seq };
        this.find({ code: 'AUDIT_CHAIN_TRUNCATED', node, file, seq: last + 1, details });
      } else if (mark !== undefined && mark.hash !== line.hash) {
        this.find({ code: 'AUDIT_HEAD_FORGED', node, file, seq: line.seq, details: { file } });
      }
    }
    // A chain that has just begun may not have got its head yet.
    const file = headName(node);
    if (state.checkpointCount > 1 && !known.some((one) => one.file === file)) {
      this.find({ code: 'AUDIT_HEAD_MISSING', node, file, seq: last, details: { file } });
    }
  }

  private find(finding: Finding): void {
    this.findings.push(finding);
  }
}

interface KnownCheckpoint extends KnownLine {
  readonly line: ChainLine;
}

function checkpointIn(bytes: Buffer, file: string): KnownCheckpoint | undefined {
  const line = readLine(bytes);
  return line?.kind === 'checkpoint' && hashHolds(bytes, line) ? { line, bytes, file } : undefined;
}

/** The node that a checkpoint names in what it signs. */
function nodeOfCheckpoint(bytes: Buffer): string | undefined {
  const [, payload = ''] = /"jws":"[\w-]+\.([\w-]+)\./.exec(bytes.toString('latin1')) ?? [];
  const [, node] = /"node":"([^"]+)"/.exec(Buffer.from(payload, 'base64url').toString('utf8')) ?? [];
  return node;
}
