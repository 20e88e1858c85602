import type { FileHandle } from 'node:fs/promises';

/** One line of a file, without its line end. */
export interface FileLine {
  readonly bytes: Buffer;
  /** Where it begins in the file. */
  readonly offset: number;
}

const LINE_FEED = 0x0a;
const CHUNK = 4 * 1024 * 1024;
const CHUNK_AT_FIRST = 64 * 1024;

/**
 * The whole lines of a file from `from` on, many at a time: what one read has brought. The bytes are views, good until
 * the next step. What stands behind the last line end is left; `rest` answers it.
 */
export class LineReader {
  private readonly file: FileHandle;
  private left: Buffer = Buffer.alloc(0);
  private position: number;
  private size = CHUNK_AT_FIRST;

  constructor(file: FileHandle, from = 0) {
    this.file = file;
    this.position = from;
  }

  /** Where the first line that was not answered yet begins. */
  get offset(): number {
    return this.position - this.left.length;
  }

  /** What was read behind the last line end. */
  get rest(): Buffer {
    return this.left;
  }

  /** The next lines; none at the end of the file, as far as it is written. A line of any length is read whole. */
  async next(): Promise<readonly FileLine[]> {
    for (;;) {
      const chunk = Buffer.allocUnsafe(this.size);
      const { bytesRead } = await this.file.read(chunk, 0, this.size, this.position);
      if (bytesRead === 0) return [];
      this.size = CHUNK;
      const read = chunk.subarray(0, bytesRead);
      const start = this.offset;
      const bytes = this.left.length === 0 ? read : Buffer.concat([this.left, read]);
      this.position += bytesRead;
      const lines = this.cut(bytes, start);
      if (lines.length > 0) return lines;
    }
  }

  private cut(bytes: Buffer, start: number): FileLine[] {
    const lines: FileLine[] = [];
    let from = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, from)) {
      lines.push({ bytes: bytes.subarray(from, end), offset: start + from });
      from = end + 1;
    }
    this.left = bytes.subarray(from);
    return lines;
  }
}
