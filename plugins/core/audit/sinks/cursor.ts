import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { storeText } from '../store-text';
import { unlessGone } from '../unless-gone';

const OWNER_ONLY = 0o600;

/** How far a sink has come in the chain of one node. */
export interface Cursor {
  /** Number and hash of the last record that the far end has acknowledged, or refused for good. 0 and '' before any. */
  readonly seq: number;
  readonly hash: string;
  /** Id of the chain that they are of. */
  readonly chain?: string;
  /** Last record of the batch under way: it is sent again in the same bounds, whatever happened meanwhile. */
  readonly sending?: number;
  /** How many records went to the dead letters so far. */
  readonly refused: number;
}

export const BEGINNING: Cursor = { seq: 0, hash: '', refused: 0 };

/** A sink's own folder within that of the chain; its name begins with a dot, so that it is no part of the chain. */
export class SinkFolder {
  private readonly folder: string;
  private readonly cursor: string;
  private readonly letters: string;

  constructor(directory: string, sink: string, node: string) {
    this.folder = join(directory, '.sinks', sink);
    this.cursor = join(this.folder, `${node}.cursor`);
    this.letters = join(this.folder, `${node}.dead.jsonl`);
  }

  /** Rejects with the error of the file system, or of JSON for a file that was damaged: nobody guesses where to go on. */
  async read(): Promise<Cursor> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const text = await readFile(this.cursor, 'utf8').catch(unlessGone(undefined));
    if (text === undefined) return BEGINNING;
    const read = JSON.parse(text) as Cursor;
    if (!Number.isSafeInteger(read.seq) || typeof read.hash !== 'string' || !Number.isSafeInteger(read.refused)) {
      throw new SyntaxError(`${this.cursor} is no cursor`);
    }
    return read;
  }

  /** Replaces the cursor: after a crash there is the old one or the new one, whole. */
  async write(cursor: Cursor): Promise<void> {
    const draft = `${this.cursor}.new`;
    await storeText(draft, 'w', JSON.stringify(cursor), OWNER_ONLY);
    await rename(draft, this.cursor);
  }

  /** Keeps, on the disk, lines that the far end does not want. */
  async bury(lines: readonly string[]): Promise<void> {
    await storeText(this.letters, 'a', lines.map((line) => `${line}\n`).join(''), OWNER_ONLY);
  }
}
