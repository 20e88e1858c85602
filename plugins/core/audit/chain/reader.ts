import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ChainError } from './chain-error';
import { openFolder } from './folder';
import { ChainJudge } from './verifying/judge';
import { membersOf, type ChainLine, type Members } from './line';
import { LineReader } from './lines';
import type { SegmentFile } from './names';
import { newState, stateBefore } from './state';

/** A record of a chain, as it was written. Its number and node are its identity for ever. */
export interface ChainEntry extends ChainLine {
  readonly node: string;
  /** Id of the chain, from the segment. */
  readonly chain: string;
  /** Everything the line says, frame included. */
  readonly members: Members;
  readonly file: string;
  readonly offset: number;
}

export interface ReadOptions {
  /** The first record wanted, by node; a node that is not named is read from its beginning. */
  readonly from?: Readonly<Record<string, number>>;
  /** Only this node. */
  readonly node?: string;
  /** Go on at the end: wait for what is written until the signal stops it. */
  readonly follow?: AbortSignal;
}

const LOOK_EVERY_MS = 200;

/**
 * The records of every chain of a folder, verified as they are read: hash, link and checkpoints. Each node's records
 * come in their order; between nodes, the older first by the clocks of their writers. Reading begins with the segment
 * in which a wanted record stands, so that what was done before is not read again.
 *
 * @throws ChainError at the first record that is not what it must be; what was answered before is good.
 */
export async function* readChain(directory: string, options: ReadOptions = {}): AsyncGenerator<ChainEntry> {
  const { follow } = options;
  const sources = new Map<string, NodeReader>();
  for (;;) {
    const { nodes } = await openFolder(directory);
    for (const [node, segments] of nodes) {
      if (options.node !== undefined && node !== options.node) continue;
      const source = sources.get(node) ?? new NodeReader(directory, node, options.from?.[node] ?? 1);
      sources.set(node, source);
      source.update(segments);
    }
    yield* merged([...sources.values()]);
    if (follow === undefined || follow.aborted) return;
    await pause(LOOK_EVERY_MS, undefined, { signal: follow }).catch(() => undefined);
  }
}

/** Takes the oldest of what the nodes have next, until none has any. */
async function* merged(sources: readonly NodeReader[]): AsyncGenerator<ChainEntry> {
  for (;;) {
    let oldest: { source: NodeReader; entry: ChainEntry } | undefined;
    for (const source of sources) {
      const entry = source.peek() ?? (await source.more());
      if (entry !== undefined && (oldest === undefined || source.time(entry) < oldest.source.time(oldest.entry))) {
        oldest = { source, entry };
      }
    }
    if (oldest === undefined) return;
    oldest.source.take();
    yield oldest.entry;
  }
}

/** One node's records, a piece at a time. */
class NodeReader {
  private readonly directory: string;
  private readonly from: number;
  private readonly judge: ChainJudge;
  private segments: readonly SegmentFile[] = [];
  private current: string | undefined;
  private offset = 0;
  private waiting: ChainEntry[] = [];
  private taken = 0;
  private latest = '';

  constructor(directory: string, node: string, from: number) {
    this.directory = directory;
    this.from = from;
    this.judge = new ChainJudge(newState(node));
  }

  update(segments: readonly SegmentFile[]): void {
    this.segments = segments;
  }

  peek(): ChainEntry | undefined {
    return this.waiting[this.taken];
  }

  take(): void {
    const entry = this.peek();
    if (entry !== undefined) this.latest = this.time(entry);
    this.taken += 1;
  }

  /** The time to merge by: a clock that was set back must not turn the order of one node's records. */
  time({ at }: ChainEntry): string {
    return at > this.latest ? at : this.latest;
  }

  /** Reads on to the next record that is wanted. */
  async more(): Promise<ChainEntry | undefined> {
    this.waiting = [];
    this.taken = 0;
    for (;;) {
      const segment = this.segmentDue();
      if (segment === undefined || !(await this.readPiece(segment))) return undefined;
      const next = this.peek();
      if (next !== undefined) return next;
    }
  }

  private segmentDue(): SegmentFile | undefined {
    if (this.current !== undefined) return this.segments.find(({ name }) => name === this.current);
    const first = this.segments.findLast((segment) => segment.first <= this.from) ?? this.segments[0];
    if (first !== undefined) this.begin(first);
    return first;
  }

  private begin(segment: SegmentFile): void {
    if (this.current === undefined) Object.assign(this.judge.state, stateBefore(this.judge.state.node, segment.first));
    this.current = segment.name;
    this.offset = 0;
    this.judge.beginSegment(segment);
  }

  /** One piece of a segment, or the step to the next one. False at the end of what is written. */
  private async readPiece(segment: SegmentFile): Promise<boolean> {
    const file = await open(join(this.directory, segment.name), 'r');
    try {
      const reader = new LineReader(file, this.offset);
      const lines = await reader.next();
      for (const { bytes, offset } of lines) {
        const line = this.judge.line(bytes, offset);
        this.refuseDamage();
        if (line === undefined || line.seq < this.from) continue;
        const { node, chain = '' } = this.judge.state;
        this.waiting.push({ ...line, node, chain, members: membersOf(bytes), file: segment.name, offset });
      }
      this.offset = reader.offset;
      return lines.length > 0 || this.step(segment, reader.rest);
    } finally {
      await file.close();
    }
  }

  private step(segment: SegmentFile, rest: Buffer): boolean {
    const next = this.segments.find(({ first }) => first > segment.first);
    this.judge.endSegment(rest, this.offset, next === undefined);
    this.refuseDamage();
    if (next === undefined) return false;
    this.begin(next);
    this.refuseDamage();
    return true;
  }

  private refuseDamage(): void {
    const [finding] = this.judge.findings;
    if (finding !== undefined) throw new ChainError(finding);
  }
}
