import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileStamp } from '../file-stamp';
import { ConfigError } from '../schema';
import type { KeySettings } from './types';

/** What a key is compiled from. */
export interface KeySources {
  readonly key: Buffer;
  readonly certificate: Buffer | undefined;
  readonly password: string | undefined;
}

/** A chain of qualified certificates with its key stays far below. */
const MAX_FILE_SIZE = 1024 * 1024;

type SourceField = 'file' | 'certificate' | 'password_file';

/** Text that is the thing itself: a vault hands over PEM or JWK, a path looks like neither. */
const isInline = (value: string): boolean => value.includes('-----BEGIN') || value.trimStart().startsWith('{');

/** How errors call a source: its path as configured, never its contents. */
export const originOf = (value: string): string => (isInline(value) ? 'the text' : `the file "${value}"`);

const pathOf = (value: string): string => resolve(process.env['MODI_HOME'] ?? '.', value);

/** The files that a key depends on, in a stable order; empty when everything stands in the configuration. */
export function filesOf(settings: KeySettings): readonly string[] {
  const values = [settings.file, settings.certificate, settings.password_file];
  return values.filter((value): value is string => value !== null && !isInline(value)).map(pathOf);
}

/** @throws ConfigError for a file that is missing, unreadable, no file, or too large. */
export function readSources(settings: KeySettings): KeySources {
  return sourcesOf(settings, (field, value) => {
    const path = pathOf(value);
    try {
      checkSize(field, value, statSync(path).size);
      return readFileSync(path);
    } catch (error) {
      throw unreadable(field, value, path, error);
    }
  });
}

/** As `readSources`, without holding up the event loop. */
export async function readSourcesAsync(settings: KeySettings): Promise<KeySources> {
  const contents = new Map<string, Buffer>();
  const fields: readonly SourceField[] = ['file', 'certificate', 'password_file'];
  for (const field of fields) {
    const value = settings[field];
    if (value === null || isInline(value)) continue;
    const path = pathOf(value);
    try {
      checkSize(field, value, (await stat(path)).size);
      contents.set(value, await readFile(path));
    } catch (error) {
      throw unreadable(field, value, path, error);
    }
  }
  return sourcesOf(settings, (_, value) => contents.get(value) ?? Buffer.alloc(0));
}

/** Changes whenever one of the files was written or replaced. Rejects with the file system's error. */
export async function stampOf(paths: readonly string[]): Promise<string> {
  const stats = await Promise.all(paths.map((path) => stat(path)));
  return stats.map(fileStamp).join(' ');
}

/** As `stampOf`, for files that `readSources` is going to judge: one that cannot be looked at only looks different. */
export const stampOfSync = (paths: readonly string[]): string => paths.map(stampOfOneSync).join(' ');

function stampOfOneSync(path: string): string {
  try {
    return fileStamp(statSync(path));
  } catch {
    return 'missing';
  }
}

function sourcesOf(settings: KeySettings, contentOf: (field: SourceField, value: string) => Buffer): KeySources {
  const read = (field: SourceField, value: string): Buffer =>
    isInline(value) ? Buffer.from(value, 'utf8') : contentOf(field, value);
  const { file, certificate, password, password_file: passwordFile } = settings;
  return {
    key: read('file', file),
    certificate: certificate === null ? undefined : read('certificate', certificate),
    password: passwordFile === null ? (password ?? undefined) : lineOf(read('password_file', passwordFile)),
  };
}

/** Editors end a file with a line feed, which no password has. */
const lineOf = (bytes: Buffer): string => bytes.toString('utf8').replace(/\r?\n$/, '');

function checkSize(field: SourceField, value: string, size: number): void {
  if (size > MAX_FILE_SIZE) {
    throw new ConfigError(`key.${field}`, `the file "${value}" has more than ${MAX_FILE_SIZE} bytes`);
  }
}

function unreadable(field: SourceField, value: string, path: string, error: unknown): ConfigError {
  if (error instanceof ConfigError) return error;
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  const problem = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
  return new ConfigError(`key.${field}`, `the file "${value}" ${problem} (looked for ${path})`, { cause: error });
}
