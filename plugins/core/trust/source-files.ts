import { readdirSync, readFileSync, statSync, type Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileStamp } from '../file-stamp';

/** A file of every authority of the European trusted lists stays below 4 MiB. */
const MAX_FILE_SIZE = 8 * 1024 * 1024;
/** More files than this are not somebody's folder of certificates. */
const MAX_FILES = 5000;
/** What a folder is read for; notes, hidden files and what an editor leaves behind are none of it. */
const MEMBER = /^[^.].*\.(?:pem|crt|cer|der|p12|pfx)$/i;

/** A file as it stood on disk. The stamp changes whenever it is written or replaced. */
export interface FileImage {
  readonly stamp: string;
  readonly bytes: Buffer;
}

/** Absolute, or relative to MODI_HOME, by default the working directory. */
export const pathOf = (value: string): string => resolve(process.env['MODI_HOME'] ?? '.', value);

/** The file itself, or the certificate files of a folder in the order of their names. @throws the file system's error. */
export const filesAtSync = (path: string): readonly string[] =>
  statSync(path).isDirectory() ? membersOf(path, readdirSync(path)) : [path];

/** As `filesAtSync`, without holding up the event loop. */
export const filesAt = async (path: string): Promise<readonly string[]> =>
  (await stat(path)).isDirectory() ? membersOf(path, await readdir(path)) : [path];

/** @throws SizeError for a file that is too large, the file system's error for one that cannot be read. */
export function readImageSync(path: string): FileImage {
  const stats = statSync(path);
  refuseSize(stats);
  return { stamp: fileStamp(stats), bytes: readFileSync(path) };
}

export const stampAt = async (path: string): Promise<string> => fileStamp(await stat(path));

/** As `readImageSync`; undefined for a file that was written while it was read, which the next look finds whole. */
export async function readImage(path: string): Promise<FileImage | undefined> {
  const stats = await stat(path);
  refuseSize(stats);
  const bytes = await readFile(path);
  const stamp = fileStamp(stats);
  return (await stampAt(path)) === stamp ? { stamp, bytes } : undefined;
}

/** The file, or the folder, is out of measure. The message goes on after its name. */
class SizeError extends Error {
  override readonly name = 'SizeError';
}

/** What is wrong with a file that could not be read, as the rest of a sentence that begins with its name. */
export function unreadable(error: unknown): string {
  if (error instanceof SizeError) return error.message;
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
}

function membersOf(path: string, names: readonly string[]): readonly string[] {
  const members = names.filter((name) => MEMBER.test(name)).sort();
  if (members.length > MAX_FILES) throw new SizeError(`holds ${members.length} files, at most ${MAX_FILES} are read`);
  return members.map((name) => join(path, name));
}

function refuseSize(stats: Stats): void {
  if (!stats.isFile()) throw new SizeError('is not a file');
  if (stats.size > MAX_FILE_SIZE) throw new SizeError(`has more than ${MAX_FILE_SIZE} bytes`);
}
