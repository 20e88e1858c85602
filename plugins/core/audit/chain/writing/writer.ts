import { join } from 'node:path';
import { ChainError } from '../chain-error';
import type { CheckpointReason } from '../checkpoint';
import { GENESIS, type Members } from '../line';
import { segmentName } from '../names';
import type { ChainSigner } from '../signer';
import type { CheckpointMark } from '../state';
import { Draft, type ChainEnd } from './draft';
import { OpenSegment } from './open-segment';
import { Publisher } from './publisher';
import { recoverChain, type ReadBack, type Recovered } from './recover';

/** One record to come: its kind, and what it says. */
export interface NewRecord {
  readonly kind: string;
  readonly members: Members;
}

/** A checkpoint of a writer, and how many that writer had made with it. */
export interface MadeCheckpoint extends CheckpointMark {
  readonly number: number;
}

export interface WriterOptions {
  readonly directory: string;
  /** The Kong node whose chain this is; part of the file names. */
  readonly node: string;
  readonly organization: string;
  /** The key to seal with now. Asked for at every checkpoint, so that a new key is taken up. */
  readonly signer: () => ChainSigner;
  /** Most records from one checkpoint to the next, and most seconds. */
  readonly every: number;
  readonly seconds: number;
  /** A segment is closed when it has grown to this size. */
  readonly segmentBytes: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A fresh unique id, for a chain that begins. */
  readonly newId: () => string;
  /** A file elsewhere that every checkpoint is appended to as well. */
  readonly witness?: string | undefined;
  /** What is read back of the chain when it is opened. */
  readonly readBack?: ReadBack;
  /**
   * What a checkpoint needs to say of `position` when the one before it, of the same file and the same writer, was made at
   * the position `before`. All of it, when this is not given.
   */
  readonly changes?: (position: Members, before: Members) => Members;
}

/**
 * Appends to one chain. What `append` has resolved for is on disk. A write that fails leaves the chain as it was, and
 * may be tried again: nothing is believed written before the disk says so.
 */
export class ChainWriter {
  private readonly options: WriterOptions;
  private readonly chain: string;
  private readonly publisher: Publisher;
  private segment: OpenSegment;
  private end: ChainEnd;
  /** The file was closed by its checkpoint; the next record begins another. */
  private closed: boolean;
  private sealedAt: number;
  private checkpoint: MadeCheckpoint | undefined;
  /** Where the sources were at the last checkpoint that this writer has made in the file. */
  private position: Members | undefined;
  /** What the chain held when it was opened: from the last checkpoint on. */
  readonly recovered: Recovered;

  private constructor(options: WriterOptions, recovered: Recovered, segment: OpenSegment) {
    const { state, size } = recovered;
    this.options = options;
    this.recovered = recovered;
    this.chain = state.chain ?? options.newId();
    this.publisher = new Publisher(options.directory, options.node, options.witness);
    this.segment = segment;
    const [since, signerId] = [state.seq - state.sealed, state.signers.at(-1)?.id ?? ''];
    this.end = { seq: state.seq, hash: state.hash ?? GENESIS, since, signerId };
    this.closed = state.closed && size > 0;
    this.sealedAt = options.now();
  }

  /**
   * Opens the chain of a node in a folder that is there, or begins one. A line that a dying writer left unfinished is
   * removed, and the removal recorded.
   *
   * @throws ChainError when the chain is damaged: nothing is built on it. The error of the file system otherwise.
   */
  static async open(options: WriterOptions, about: Members, position: () => Members): Promise<ChainWriter> {
    const recovered = await recoverChain(options.directory, options.node, options.readBack);
    const { path, size, isNew } = recovered;
    const segment = isNew ? await OpenSegment.create(path) : await OpenSegment.reopen(path, size);
    const writer = new ChainWriter(options, recovered, segment);
    try {
      await writer.begin(about, position());
      return writer;
    } catch (error) {
      await writer.abandon();
      throw error;
    }
  }

  private async begin(about: Members, position: Members): Promise<void> {
    const { torn, size, headMissing } = this.recovered;
    if (size === 0) await this.beginSegment();
    const repaired = {
      ...(torn === undefined ? {} : { removed: torn }),
      ...(headMissing ? { head_missing: true } : {}),
    };
    await this.write([{ kind: 'start', members: { ...about, ...repaired } }], position, 'start');
  }

  /** How many records `append` takes before a checkpoint is due. */
  get room(): number {
    return Math.max(1, this.options.every - this.end.since);
  }

  /** The latest checkpoint that this writer has made. */
  get sealed(): MadeCheckpoint | undefined {
    return this.checkpoint;
  }

  /** Number of the last record. */
  get last(): number {
    return this.end.seq;
  }

  /**
   * Appends at most `room` records; `position` is where the sources are after them, and stands in the next checkpoint.
   * @throws ChainError when somebody else has written; the error of the file system. Either way nothing was appended.
   */
  async append(records: readonly NewRecord[], position: Members): Promise<void> {
    await this.write(records, position, this.end.since + records.length >= this.options.every ? 'records' : undefined);
  }

  /** Seals what is not sealed when it has waited for long enough. Answers whether there was something to seal. */
  async tick(position: Members): Promise<boolean> {
    const waited = Math.abs(this.options.now() - this.sealedAt) / 1000;
    if (this.end.since === 0 || waited < this.options.seconds) return false;
    await this.write([], position, 'time');
    return true;
  }

  /** Seals the chain and closes its file. */
  async close(position: Members): Promise<void> {
    await this.write([], position, 'stop');
    await this.publisher.close();
    await this.segment.close();
  }

  /** Lets go of the file as it is, as a process that is killed does. */
  async abandon(): Promise<void> {
    await this.segment.close();
  }

  private async write(
    records: readonly NewRecord[],
    position: Members,
    reason: CheckpointReason | undefined,
  ): Promise<void> {
    const { node, segmentBytes, signer } = this.options;
    const of = { chain: this.chain, node };
    if (this.closed) await this.nextSegment();
    const draft = this.draft();
    for (const { kind, members } of records) draft.add(kind, members);
    const rolls = this.segment.size + draft.text.length >= segmentBytes;
    const why = rolls && reason !== 'stop' ? 'segment' : reason;
    if (why !== undefined) await draft.seal(of, signer(), why, this.told(position));
    await this.flush(draft);
    if (why !== undefined) this.position = position;
    this.closed = why === 'segment';
  }

  private told(position: Members): Members {
    const { changes } = this.options;
    return this.position === undefined || changes === undefined ? position : changes(position, this.position);
  }

  private draft(): Draft {
    return new Draft(this.end, () => new Date(this.options.now()).toISOString());
  }

  private async flush(draft: Draft): Promise<void> {
    if (!(await this.segment.isOurs())) throw this.isOthers();
    await this.segment.append(draft.text);
    this.end = draft.end;
    const { checkpoint } = draft;
    if (checkpoint !== undefined) {
      this.sealedAt = this.options.now();
      const number = (this.checkpoint?.number ?? 0) + 1;
      this.checkpoint = { seq: checkpoint.seq, hash: checkpoint.hash, number };
    }
    await this.publisher.publish(checkpoint?.line);
  }

  private isOthers(): ChainError {
    const { node } = this.options;
    const { seq } = this.end;
    const details = { last: '?', seq };
    return new ChainError({ code: 'AUDIT_CHAIN_TRUNCATED', node, file: this.segment.path, seq, details });
  }

  private async nextSegment(): Promise<void> {
    const { directory, node } = this.options;
    const next = await OpenSegment.createAgain(join(directory, segmentName(node, this.end.seq + 1)));
    await this.segment.close();
    this.segment = next;
    this.position = undefined;
    await this.beginSegment();
    this.closed = false;
  }

  private async beginSegment(): Promise<void> {
    const { node, organization, every, seconds, signer } = this.options;
    // Before the first line: tried again after a failure, it is the same file that is begun.
    await this.segment.settle();
    const draft = this.draft();
    const checkpoint = { records: every, seconds };
    draft.begin({ version: 1, chain: this.chain, node, organization, checkpoint }, signer());
    await this.flush(draft);
  }
}
