import { createHash } from 'node:crypto';
import { open, readdir, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { unlessGone } from '../unless-gone';

/** A file of a spool, known by what it begins with: a name or an inode may be another file's tomorrow. */
export interface SpoolFile {
  readonly path: string;
  /** Hash of the first line, which holds a request id, and so of this file alone. */
  readonly id: string;
  readonly size: number;
}

/** A first line longer than this is cut for the id, in bytes. */
const FIRST_LINE = 64 * 1024;
const LINE_FEED = 0x0a;

/** Rotated files that were compressed are bytes to us; logrotate's delaycompress leaves the latest readable. */
const COMPRESSED = /\.(?:gz|bz2|xz|zst|lz4)$/;

/**
 * The files of a spool, oldest first: rotated ones (`access.log.2`, `access.log-20261123`), then the one that is written.
 * A file without a whole line is not there yet.
 */
export async function spoolFiles(path: string): Promise<readonly SpoolFile[]> {
  const [folder, name] = [dirname(path), basename(path)];
  const entries = await readdir(folder).catch(unlessGone<string[]>([]));
  const names = entries.filter((entry) => entry === name || (entry.startsWith(name) && !COMPRESSED.test(entry)));
  const files: SpoolFile[] = [];
  for (const entry of names.toSorted((one, other) => order(one, other, name))) {
    const file = await identify(join(folder, entry));
    // During copytruncate a copy and its original are the same file for a moment: the longer one is read.
    const twin = files.findIndex(({ id }) => id === file?.id);
    if (file === undefined) continue;
    if (twin === -1) files.push(file);
    else if ((files[twin]?.size ?? 0) < file.size) files[twin] = file;
  }
  return files;
}

/** The written one last; numbered ones from the highest number down, dated ones by date. */
function order(one: string, other: string, name: string): number {
  if (one === name || other === name) return one === name ? 1 : -1;
  const [first, second] = [numberOf(one), numberOf(other)];
  if (first !== undefined && second !== undefined) return second - first;
  return one < other ? -1 : 1;
}

/** logrotate numbers from 1, and has few: what looks like a date is one. */
function numberOf(name: string): number | undefined {
  const [, digits] = /\.(\d{1,4})$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

async function identify(path: string): Promise<SpoolFile | undefined> {
  const file = await open(path, 'r').catch(unlessGone<FileHandle | undefined>(undefined));
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    const id = stats.isFile() ? await firstLineOf(file) : undefined;
    return id === undefined ? undefined : { path, id, size: stats.size };
  } finally {
    await file.close();
  }
}

/** The id of an open file; undefined before its first line is whole. */
export async function firstLineOf(file: FileHandle): Promise<string | undefined> {
  const bytes = Buffer.allocUnsafe(FIRST_LINE);
  const { bytesRead } = await file.read(bytes, 0, FIRST_LINE, 0);
  const end = bytes.subarray(0, bytesRead).indexOf(LINE_FEED);
  if (end === -1 && bytesRead < FIRST_LINE) return undefined;
  const first = bytes.subarray(0, end === -1 ? bytesRead : end);
  return createHash('sha256').update(first).digest('hex').slice(0, 24);
}
