import { open, type FileHandle } from 'node:fs/promises';
import { FILE_MODE } from './chain/names';

const LINE_FEED = 0x0a;

/**
 * Appends whole lines to a file that others may read, rename or remove meanwhile: it is opened anew each time. Half a line,
 * left by a write that failed or by a process that was killed, becomes a line of its own, never the beginning of the next.
 */
export class DurableLines {
  readonly path: string;
  /** Part of a line may stand at the end; at first nobody knows. */
  private isTorn = true;

  constructor(path: string) {
    this.path = path;
  }

  /** Resolves when `text`, lines with their line feeds, is on the disk. Rejects with the error of the file system. */
  async append(text: string): Promise<void> {
    const file = await open(this.path, 'a+', FILE_MODE);
    try {
      const torn = this.isTorn && (await endsWithinLine(file));
      this.isTorn = true;
      await file.writeFile(torn ? `\n${text}` : text);
      await file.datasync();
      this.isTorn = false;
    } finally {
      await file.close();
    }
  }
}

async function endsWithinLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== LINE_FEED;
}
