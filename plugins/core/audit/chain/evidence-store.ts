import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { unlessGone } from '../unless-gone';
import type { Members } from './line';
import { LineReader } from './lines';

/** A line of the evidence store, as a record refers to it. */
export interface EvidenceRef {
  readonly part: string;
  /** Of the line without its line end, in hexadecimal. */
  readonly sha256: string;
  readonly file: string;
  readonly offset: number;
}

const PLAIN_NAME = /^evidence-[\w.-]+\.jsonl$/;
/** Exchanges that run at once write to few files. */
const MOST_OPEN = 16;

/** What a record refers to. */
export const refsIn = ({ evidence }: Members): readonly EvidenceRef[] =>
  Array.isArray(evidence) ? (evidence as readonly EvidenceRef[]) : [];

/** The evidence store as the chain refers to it. Keeps some files open until it is closed. */
export class EvidenceStore {
  private readonly folder: string;
  private readonly files = new Map<string, FileHandle | undefined>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The bytes that stand there now, up to the line end; undefined when there is no line, `gone` when there is no file. */
  async lineAt({ file, offset }: Pick<EvidenceRef, 'file' | 'offset'>): Promise<Buffer | 'gone' | undefined> {
    const handle = await this.fileOf(file);
    if (handle === undefined) return 'gone';
    const [line] = await new LineReader(handle, offset).next();
    return line?.bytes;
  }

  async close(): Promise<void> {
    for (const handle of this.files.values()) await handle?.close();
    this.files.clear();
  }

  private async fileOf(name: string): Promise<FileHandle | undefined> {
    if (this.files.has(name)) return this.files.get(name);
    if (this.files.size >= MOST_OPEN) await this.close();
    // The name comes from the chain, and leads nowhere but into the store.
    const handle = PLAIN_NAME.test(name)
      ? await open(join(this.folder, name), 'r').catch(unlessGone(undefined))
      : undefined;
    this.files.set(name, handle);
    return handle;
  }
}
