import { appendFile, open, rename, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { notify } from '../../notices';
import { sealBody, type CheckpointReason } from './checkpoint';
import { ChainError } from './chain-error';
import { closeLine, GENESIS, lineBody, type Members } from './line';
import { headName, segmentName } from './names';
import { recoverChain, type ReadBack, type Recovered } from './recover';
import type { ChainSigner } from './signer';
import type { CheckpointMark } from './state';

/** One record to come: its kind, and what it says. */
export interface NewRecord {
  readonly kind: string;
  readonly members: Members;
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
}

/** What has been written and not yet been taken as written. */
interface Draft {
  text: string;
  seq: number;
  hash: string;
  /** Records since the last checkpoint. */
  since: number;
  /** The last checkpoint among the lines. */
  checkpoint: { readonly line: string; readonly seq: number; readonly hash: string } | undefined;
}

/**
 * Appends to one chain. What `append` has resolved for is on disk. A write that fails leaves the chain as it was, and
 * may be tried again: nothing is believed written before the disk says so.
 */
export class ChainWriter {
  private readonly options: WriterOptions;
  private readonly chain: string;
  private file: FileHandle;
  private path: string;
  private size: number;
  private seq: number;
  private hash: string;
  private since: number;
  private signerId: string;
  /** The file was closed by its checkpoint; the next record begins another. */
  private closed: boolean;
  /** The latest checkpoint, when it could not be published. */
  private unpublished: string | undefined;
  private sealedAt: number;
  private checkpoint: CheckpointMark | undefined;
  /** What the chain held when it was opened: from the last checkpoint on. */
  readonly recovered: Recovered;

  private constructor(options: WriterOptions, recovered: Recovered, file: FileHandle) {
    const { state, path, size } = recovered;
    this.options = options;
    this.recovered = recovered;
    this.chain = state.chain ?? options.newId();
    this.file = file;
    this.path = path;
    this.size = size;
    this.seq = state.seq;
    this.hash = state.hash ?? GENESIS;
    this.since = state.seq - state.sealed;
    this.signerId = state.signers.at(-1)?.id ?? '';
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
    const file = await open(recovered.path, recovered.isNew ? 'ax+' : 'r+', 0o640);
    const writer = new ChainWriter(options, recovered, file);
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
    await this.file.truncate(size);
    if (size === 0) await this.beginSegment();
    const repaired = {
      ...(torn === undefined ? {} : { removed: torn }),
      ...(headMissing ? { head_missing: true } : {}),
    };
    await this.write([{ kind: 'start', members: { ...about, ...repaired } }], position, 'start');
  }

  /** How many records `append` takes before a checkpoint is due. */
  get room(): number {
    return Math.max(1, this.options.every - this.since);
  }

  /** The latest checkpoint that this writer has made. */
  get sealed(): CheckpointMark | undefined {
    return this.checkpoint;
  }

  /** Number of the last record. */
  get last(): number {
    return this.seq;
  }

  /**
   * Appends at most `room` records; `position` is where the sources are after them, and stands in the next checkpoint.
   * @throws ChainError when somebody else has written; the error of the file system. Either way nothing was appended.
   */
  async append(records: readonly NewRecord[], position: Members): Promise<void> {
    await this.write(records, position, this.since + records.length >= this.options.every ? 'records' : undefined);
  }

  /** Seals what is not sealed when it has waited for long enough. Answers whether there was something to seal. */
  async tick(position: Members): Promise<boolean> {
    const waited = Math.abs(this.options.now() - this.sealedAt) / 1000;
    if (this.since === 0 || waited < this.options.seconds) return false;
    await this.write([], position, 'time');
    return true;
  }

  /** Seals the chain and closes its file. */
  async close(position: Members): Promise<void> {
    await this.write([], position, 'stop');
    await this.file.close();
  }

  /** Lets go of the file as it is, as a process that is killed does. */
  async abandon(): Promise<void> {
    await this.file.close();
  }

  private async write(
    records: readonly NewRecord[],
    position: Members,
    reason: CheckpointReason | undefined,
  ): Promise<void> {
    if (this.closed) await this.nextSegment();
    const draft = this.draft();
    for (const { kind, members } of records) this.add(draft, kind, members);
    const rolls = this.size + draft.text.length >= this.options.segmentBytes;
    const why = rolls && reason !== 'stop' ? 'segment' : reason;
    if (why !== undefined) await this.seal(draft, why, position);
    await this.flush(draft);
    this.closed = why === 'segment';
  }

  private draft(): Draft {
    return { text: '', seq: this.seq, hash: this.hash, since: this.since, checkpoint: undefined };
  }

  private add(draft: Draft, kind: string, members: Members): void {
    this.take(draft, lineBody(draft.seq + 1, draft.hash, this.time(), kind, members));
    draft.since += 1;
  }

  private take(draft: Draft, body: string): void {
    const { text, hash: digest } = closeLine(body);
    draft.text += `${text}\n`;
    draft.seq += 1;
    draft.hash = digest;
  }

  private async seal(draft: Draft, reason: CheckpointReason, position: Members): Promise<void> {
    const { signer, stated } = this.options.signer();
    if (stated.id !== this.signerId) this.add(draft, 'signer', { signer: stated });
    const seq = draft.seq + 1;
    const body = lineBody(seq, draft.hash, this.time(), 'checkpoint', { reason, position });
    const sealed = await sealBody(body, { chain: this.chain, node: this.options.node, seq }, signer);
    const from = draft.text.length;
    this.take(draft, sealed);
    draft.since = 0;
    draft.checkpoint = { line: draft.text.slice(from), seq, hash: draft.hash };
    this.signerId = stated.id;
  }

  private time(): string {
    return new Date(this.options.now()).toISOString();
  }

  private async flush(draft: Draft): Promise<void> {
    const bytes = Buffer.from(draft.text, 'utf8');
    await this.refuseOthers();
    try {
      for (let written = 0; written < bytes.length;) {
        const left = bytes.length - written;
        written += (await this.file.write(bytes, written, left, this.size + written)).bytesWritten;
      }
      await this.file.datasync();
    } catch (error) {
      // A part may be there: what nobody was told of must not stay.
      await this.file.truncate(this.size);
      throw error;
    }
    this.size += bytes.length;
    Object.assign(this, { seq: draft.seq, hash: draft.hash, since: draft.since });
    if (draft.checkpoint === undefined && this.unpublished === undefined) return;
    if (draft.checkpoint !== undefined) {
      this.sealedAt = this.options.now();
      this.checkpoint = { seq: draft.checkpoint.seq, hash: draft.checkpoint.hash };
    }
    await this.publish(draft.checkpoint?.line ?? this.unpublished ?? '');
  }

  /** The file is the one that was opened, and as long as we left it: nobody cut it, replaced it, or writes as well. */
  private async refuseOthers(): Promise<void> {
    const [own, there] = await Promise.all([this.file.stat(), stat(this.path).catch(() => undefined)]);
    if (own.size === this.size && own.ino === there?.ino) return;
    throw new ChainError({
      code: 'AUDIT_CHAIN_TRUNCATED',
      node: this.options.node,
      file: this.path,
      seq: this.seq,
      details: { last: '?', seq: this.seq },
    });
  }

  /**
   * Puts the checkpoint where a cut chain cannot take it along. The chain itself is on disk already, so that a failure
   * here is told, and made good at the next occasion, but fails nothing.
   */
  private async publish(line: string): Promise<void> {
    const { directory, node, witness } = this.options;
    const draft = join(directory, `.${headName(node)}.new`);
    this.unpublished = line;
    try {
      await writeFile(draft, line, { mode: 0o640 });
      await rename(draft, join(directory, headName(node)));
      if (witness !== undefined) await appendFile(witness, line, { mode: 0o640 });
      this.unpublished = undefined;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      notify({
        level: 'error',
        message: 'a checkpoint is in the chain, but could not be published',
        fields: { problem },
      });
    }
  }

  private async nextSegment(): Promise<void> {
    const { directory, node } = this.options;
    const path = join(directory, segmentName(node, this.seq + 1));
    // Left by a try that failed it is empty; anything else in it is not ours.
    const next = await open(path, 'a+', 0o640).then(async (file) => {
      await file.close();
      return open(path, 'r+');
    });
    await this.file.close();
    this.file = next;
    this.path = path;
    this.size = 0;
    await this.beginSegment();
    this.closed = false;
  }

  private async beginSegment(): Promise<void> {
    const { node, organization, every, seconds, directory, signer } = this.options;
    const { stated } = signer();
    const draft = this.draft();
    this.add(draft, 'segment', {
      version: 1,
      chain: this.chain,
      node,
      organization,
      checkpoint: { records: every, seconds },
      signer: stated,
    });
    await this.flush(draft);
    this.signerId = stated.id;
    // The name of a new file must be as durable as what it holds.
    const folder = await open(directory, 'r');
    await folder.sync();
    await folder.close();
  }
}
