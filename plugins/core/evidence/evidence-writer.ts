import { notify } from '../notices';
import { batchOf } from './batch';
import type { EvidenceDisk } from './disk';
import { EvidenceFile, type FileSeries } from './evidence-file';
import { plainLine, type Evidence, type EvidenceItem, type Material } from './line';
import { LineQueue, type QueuedLine } from './queue';
import type { Recipient } from './recipient';
import { EvidenceStorageError, storageError } from './storage-error';

export interface WriterSettings {
  readonly series: FileSeries;
  readonly recipient: Recipient | undefined;
  /** Bytes at which a new file is begun. */
  readonly maxFileSize: number;
  /** Seconds after which a new file is begun. */
  readonly maxFileAge: number;
  /** Bytes of lines that may wait. */
  readonly maxQueueBytes: number;
}

/** What the writer has of the world: a disk, a clock in seconds, a timer in milliseconds. */
export interface WriterWorld {
  readonly disk: EvidenceDisk;
  now(): number;
  after(milliseconds: number, run: () => void): void;
}

/** Lines that nobody waits for are gathered this long, in milliseconds: each write wakes a thread. */
const GATHER_MS = 50;
/** A disk that has failed is tried again, with nobody waiting, after this long; and a new file no sooner. */
const RETRY_MS = 500;

/**
 * Writes one directory's evidence, one batch at a time. While a batch is on its way to the disk, the lines that come in
 * make up the next one, so that any number of callers share one sync (group commit).
 */
export class EvidenceWriter {
  private readonly settings: WriterSettings;
  private readonly world: WriterWorld;
  private readonly queue: LineQueue;
  private file: EvidenceFile | undefined;
  private nextNumber = 1;
  private prepared = false;
  private working: Promise<void> | undefined;
  private timer = false;
  private readonly coming = new Set<Promise<void>>();
  private failure: { readonly error: EvidenceStorageError; readonly at: number } | undefined;
  /** Lines there was no room for since the process began. */
  droppedTotal = 0;

  constructor(settings: WriterSettings, world: WriterWorld) {
    this.settings = settings;
    this.world = world;
    this.queue = new LineQueue(settings.maxQueueBytes);
  }

  get queuedBytes(): number {
    return this.queue.bytes;
  }

  /** Whether the last write failed. */
  get failing(): boolean {
    return this.failure !== undefined;
  }

  /** Resolves when the line, and what it refers to, are on the disk. @throws EvidenceStorageError when they are not. */
  commit(item: EvidenceItem, materials: readonly Material[] = []): Promise<void> {
    return new Promise((resolve, reject) => {
      const line = { item, text: plainLine(item), materials, waiter: { resolve, reject } };
      if (this.queue.push(line)) this.work();
      else reject(new EvidenceStorageError('too many lines are waiting for the disk'));
    });
  }

  /** Takes the line along when there is room, and counts it when there is not. Never waits, never throws. */
  offer(item: EvidenceItem, materials: readonly Material[] = []): void {
    if (this.queue.push({ item, text: plainLine(item), materials, waiter: undefined })) {
      this.workIn(this.failing ? RETRY_MS : GATHER_MS);
      return;
    }
    this.drop();
  }

  /** As `offer`, when it has come; what does not come is counted as dropped. Never waits, never throws. */
  offerLater(coming: Promise<Evidence>): void {
    const settled = coming
      .then(
        ({ item, materials }) => {
          this.offer(item, materials);
        },
        (error: unknown) => {
          this.drop();
          const { directory } = this.settings.series;
          const fields = { directory, cause: error instanceof Error ? error.message : String(error) };
          notify({ level: 'error', message: 'evidence is lost on its way', fields });
        },
      )
      .finally(() => this.coming.delete(settled));
    this.coming.add(settled);
  }

  /** Until everything offered so far has been written, or writing it has failed; then what is lost is told. */
  async close(): Promise<void> {
    await Promise.all(this.coming);
    this.work();
    while (this.working !== undefined) await this.working;
    await this.file?.close();
    this.file = undefined;
    if (this.queue.isIdle) return;
    const lines = this.queue.length + (this.queue.dropped?.count ?? 0);
    const fields = { directory: this.settings.series.directory, lines };
    notify({ level: 'error', message: 'evidence is lost: it could not be stored before the end', fields });
  }

  private drop(): void {
    this.queue.drop(this.world.now());
    this.droppedTotal += 1;
    // The count goes to the store also when no line comes after it.
    this.workIn(this.failing ? RETRY_MS : GATHER_MS);
  }

  private workIn(milliseconds: number): void {
    if (this.timer || this.working !== undefined) return;
    this.timer = true;
    this.world.after(milliseconds, () => {
      this.timer = false;
      this.work();
    });
  }

  private work(): void {
    this.working ??= this.drain().finally(() => {
      this.working = undefined;
      if (this.queue.isAwaited) this.work();
      else if (!this.queue.isIdle) this.workIn(this.failing ? RETRY_MS : GATHER_MS);
    });
  }

  private async drain(): Promise<void> {
    while (!this.queue.isIdle) {
      const lines = this.queue.take();
      try {
        await this.write(lines);
        this.succeeded(lines);
      } catch (error) {
        this.failed(lines, storageError(error));
        return;
      }
    }
  }

  private async write(lines: readonly QueuedLine[]): Promise<void> {
    const file = await this.currentFile();
    const { dropped } = this.queue;
    const { text, materials } = await batchOf(lines, {
      dropped,
      known: file.materials,
      now: this.world.now(),
      recipient: this.settings.recipient,
    });
    await file.append(text);
    for (const id of materials) file.materials.add(id);
    if (lines.some(({ waiter }) => waiter !== undefined)) await file.sync();
    if (dropped !== undefined) this.queue.told(dropped.count);
  }

  /** The file in use, or the next one when there is none, or it is full, old or given up. */
  private async currentFile(): Promise<EvidenceFile> {
    const { series, maxFileSize, maxFileAge } = this.settings;
    const now = this.world.now();
    const { file } = this;
    if (file?.usable === true && file.size < maxFileSize && now - file.openedAt < maxFileAge) return file;
    if (this.failure !== undefined && Math.abs(now - this.failure.at) < RETRY_MS / 1000) throw this.failure.error;
    await file?.close();
    this.file = undefined;
    // Only once: a directory that goes away later was taken away, and making another in its place would hide that.
    if (!this.prepared) await this.world.disk.prepare(series.directory);
    this.prepared = true;
    this.file = await EvidenceFile.create(this.world.disk, series, this.nextNumber++, now);
    return this.file;
  }

  private succeeded(lines: readonly QueuedLine[]): void {
    this.queue.done(lines);
    for (const { waiter } of lines) waiter?.resolve();
    if (this.failure === undefined) return;
    this.failure = undefined;
    notify({
      level: 'info',
      message: 'evidence is stored again',
      fields: { directory: this.settings.series.directory },
    });
  }

  private failed(lines: readonly QueuedLine[], error: EvidenceStorageError): void {
    for (const { waiter } of this.queue.failed(lines)) waiter?.reject(error);
    if (this.failure?.error === error) return;
    if (this.failure?.error.reason !== error.reason) this.tell(error);
    this.failure = { error, at: this.world.now() };
  }

  private tell({ reason, cause }: EvidenceStorageError): void {
    const { directory } = this.settings.series;
    const fields = { directory, reason, cause: cause instanceof Error ? cause.message : '' };
    notify({ level: 'error', message: 'evidence cannot be stored', fields });
  }
}
