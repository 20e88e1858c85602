import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError } from './cli-error';
import type { Context } from './context';

/** The bytes that a value names: `-` is stdin, `@path` a file, anything else stands for itself in UTF-8. */
export async function readInput(value: string, context: Context): Promise<Buffer> {
  if (value === '-') return context.host.stdin.read();
  return value.startsWith('@') ? readFile(value.slice(1), context) : Buffer.from(value, 'utf8');
}

/** @throws CliError CLI_FILE naming path and reason. */
export function readFile(path: string, context: Context): Buffer {
  try {
    return readFileSync(resolve(context.host.cwd, path));
  } catch (cause) {
    throw fileError(path, cause);
  }
}

/**
 * A private key or a password. One that every user of the machine can read is no secret, and is refused with the
 * command that mends it; Windows has no such bits.
 *
 * @throws CliError CLI_KEY_PERMISSIONS or CLI_FILE.
 */
export function readSecretFile(path: string, context: Context): Buffer {
  const mode = statSync(resolve(context.host.cwd, path), { throwIfNoEntry: false })?.mode ?? 0;
  if (process.platform === 'win32' || (mode & 0o007) === 0) return readFile(path, context);
  throw new CliError('CLI_KEY_PERMISSIONS', {
    en: `${path} is readable by every user of this machine; run: chmod 600 ${path}`,
    it: `${path} è leggibile da ogni utente di questa macchina; eseguire: chmod 600 ${path}`,
  });
}

export function fileError(path: string, cause: unknown): CliError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
  const [en, it] = REASONS[code] ?? [code, code];
  return new CliError('CLI_FILE', { en: `${path}: ${en}`, it: `${path}: ${it}` }, { cause });
}

const REASONS: Readonly<Record<string, readonly [en: string, it: string]>> = {
  ENOENT: ['no such file; check the path', 'il file non esiste; verificare il percorso'],
  EACCES: ['permission denied; check who owns the file', 'permesso negato; verificare il proprietario del file'],
  EISDIR: ['is a directory, a file was expected', 'è una cartella, era atteso un file'],
  ENOTDIR: ['a part of the path is no directory', 'una parte del percorso non è una cartella'],
};
