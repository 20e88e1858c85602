import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../shell/cli-error';
import { fileError } from '../shell/input';
import { PROVIDER_FILES } from './cast';
import type { DevFile } from './issue';

const OWNER_ONLY = 0o600;
const READABLE = 0o644;

/**
 * Writes the files into `directory`, private keys with mode 0600. Without `force` nothing is written when any of
 * them exists already.
 *
 * @throws CliError CLI_FILE_EXISTS or CLI_FILE.
 */
export function writeDevKeys(files: readonly DevFile[], directory: string, force: boolean): void {
  const existing = files.find(({ name }) => existsSync(join(directory, name)));
  if (existing !== undefined && !force) throw alreadyThere(join(directory, existing.name));
  try {
    // Not recursive: Node 20 never returns from a recursive mkdir below /proc, and a mistyped path makes no tree.
    if (!existsSync(directory)) mkdirSync(directory, { mode: 0o755 });
    for (const file of files) writeWhole(join(directory, file.name), file);
    if (force) rmSync(join(directory, PROVIDER_FILES.authority), { force: true });
  } catch (cause) {
    throw fileError(directory, cause);
  }
}

/** Under its name the file is never half written, nor ever readable by others before its mode is set. */
function writeWhole(path: string, { text, secret }: DevFile): void {
  const draft = `${path}.${process.pid}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, text, { mode: secret ? OWNER_ONLY : READABLE, flag: 'wx' });
  renameSync(draft, path);
}

const alreadyThere = (path: string) =>
  new CliError('CLI_FILE_EXISTS', {
    en: `${path} exists and is not overwritten; choose another --out, or --force to replace all dev keys`,
    it: `${path} esiste e non viene sovrascritto; scegliere un altro --out, o --force per sostituire tutte le chiavi`,
  });

export interface ExistingKeys {
  /** The end of the authority's life, in seconds since the epoch. */
  readonly notAfter: number;
  /** False for keys that were made before there was a provider. */
  readonly provider: boolean;
}

/** The dev keys in `directory`; undefined when there are none. */
export function devKeysIn(directory: string): ExistingKeys | undefined {
  const path = join(directory, 'ca.pem');
  if (!existsSync(path)) return undefined;
  const { key, certificate } = PROVIDER_FILES;
  const provider = [key, certificate].some((name) => existsSync(join(directory, name)));
  try {
    return { notAfter: Date.parse(new X509Certificate(readFileSync(path)).validTo) / 1000, provider };
  } catch (cause) {
    throw fileError(path, cause);
  }
}

/** The authorities of the dev keys in `directory`, as paths: whom a caller believes an answer of the sample's. */
export function devAuthorities(directory: string): readonly string[] {
  return ['ca.pem', PROVIDER_FILES.authority].map((name) => join(directory, name)).filter((path) => existsSync(path));
}
