import { join } from 'node:path';
import type { EvidenceDisk, EvidenceHandle } from './disk';
import { fileNameOf } from './names';
import { EvidenceStorageError } from './storage-error';

/** What tells the files of this process from all others. */
export interface FileSeries {
  readonly directory: string;
  readonly node: string;
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly start: number;
}

/**
 * One file of the evidence spool, while it is being written. It only ever holds whole lines: a write that failed half-way
 * is cut off again, and when that cannot be done, or a sync failed, the file is given up (`usable` is false).
 */
export class EvidenceFile {
  readonly openedAt: number;
  /** Materials that this file holds already. */
  readonly materials = new Set<string>();
  private readonly handle: EvidenceHandle;
  private bytes = 0;
  private good = true;

  private constructor(handle: EvidenceHandle, openedAt: number) {
    this.handle = handle;
    this.openedAt = openedAt;
  }

  /** `now` in seconds. Rejects with the file system's error. */
  static async create(disk: EvidenceDisk, series: FileSeries, number: number, now: number): Promise<EvidenceFile> {
    const path = join(series.directory, fileNameOf({ ...series, number }));
    return new EvidenceFile(await disk.create(path), now);
  }

  get size(): number {
    return this.bytes;
  }

  get usable(): boolean {
    return this.good;
  }

  async append(bytes: Buffer): Promise<void> {
    try {
      await this.handle.append(bytes);
      this.bytes += bytes.length;
    } catch (error) {
      await this.undo();
      // Not the disk's mood but the file's end: it was removed.
      if (error instanceof EvidenceStorageError) this.good = false;
      throw error;
    }
  }

  /** The kernel may have thrown away what it could not write, and would not say so a second time: no second try. */
  async sync(): Promise<void> {
    try {
      await this.handle.sync();
    } catch (error) {
      this.good = false;
      throw error;
    }
  }

  /** Nothing more will be written. What cannot be closed is lost to the process, not to the disk. */
  async close(): Promise<void> {
    this.good = false;
    await this.handle.close().catch(() => undefined);
  }

  private async undo(): Promise<void> {
    try {
      await this.handle.cutTo(this.bytes);
    } catch {
      // The torn line stays the last one of this file: readers know how to pass over it.
      this.good = false;
    }
  }
}
