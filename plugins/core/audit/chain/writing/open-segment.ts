import { open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FILE_MODE } from '../names';

/** The file that a chain goes on in. */
export class OpenSegment {
  readonly path: string;
  private readonly file: FileHandle;
  private length: number;
  /** What a write that failed has left could not be removed, so far. */
  private hasRest = false;

  private constructor(path: string, file: FileHandle, length: number) {
    [this.path, this.file, this.length] = [path, file, length];
  }

  /** A file that nobody else has made. The errors are those of the file system, here and below. */
  static async create(path: string): Promise<OpenSegment> {
    return OpenSegment.made(path, 'ax+');
  }

  /** A file that may be there from a try that failed: then it is empty, and anything else in it is not ours. */
  static async createAgain(path: string): Promise<OpenSegment> {
    return OpenSegment.made(path, 'a+');
  }

  /** A file that is there, of which the first `length` bytes are whole lines; what stands behind them goes. */
  static async reopen(path: string, length: number): Promise<OpenSegment> {
    const file = await open(path, 'r+');
    try {
      await file.truncate(length);
      return new OpenSegment(path, file, length);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private static async made(path: string, flags: 'ax+' | 'a+'): Promise<OpenSegment> {
    // In a file opened to append, places are not heeded.
    await (await open(path, flags, FILE_MODE)).close();
    return new OpenSegment(path, await open(path, 'r+'), 0);
  }

  /** Bytes that are known to be on disk. */
  get size(): number {
    return this.length;
  }

  /** The file is the one that was opened, and as long as we left it: nobody cut it, replaced it, or writes as well. */
  async isOurs(): Promise<boolean> {
    if (this.hasRest) await this.removeRest();
    const [own, there] = await Promise.all([this.file.stat(), stat(this.path).catch(() => undefined)]);
    return own.size === this.length && own.ino === there?.ino;
  }

  /** Makes the name of a new file as durable as what it is to hold. */
  async settle(): Promise<void> {
    const folder = await open(dirname(this.path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  /** Resolves when the text is on disk; when it rejects, nothing of it stays. */
  async append(text: string): Promise<void> {
    const bytes = Buffer.from(text, 'utf8');
    try {
      for (let written = 0; written < bytes.length;) {
        const left = bytes.length - written;
        written += (await this.file.write(bytes, written, left, this.length + written)).bytesWritten;
      }
      await this.file.datasync();
    } catch (error) {
      // A part may be there: what nobody was told of must not stay. Of two failures the first is told.
      this.hasRest = true;
      await this.removeRest().catch(() => undefined);
      throw error;
    }
    this.length += bytes.length;
  }

  private async removeRest(): Promise<void> {
    await this.file.truncate(this.length);
    this.hasRest = false;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
