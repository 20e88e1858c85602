import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CliError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import { fileError } from '../shell/input';

/** The bundle holds personal data. */
const [OWNER_ONLY_FOLDER, OWNER_ONLY] = [0o700, 0o600];

/**
 * Writes the files into a folder that is not there yet, or empty. Under its name the folder is never half written.
 *
 * @throws CliError CLI_FILE_EXISTS when there is something in it, CLI_FILE when it cannot be written.
 */
export function writeBundle(name: string, files: ReadonlyMap<string, Buffer>, context: Context): void {
  const target = resolve(context.host.cwd, name);
  const draft = `${target}.${process.pid}.new`;
  try {
    if (existsSync(target) && readdirSync(target).length > 0) throw alreadyThere(name);
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { mode: OWNER_ONLY_FOLDER });
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(draft, path)), { recursive: true, mode: OWNER_ONLY_FOLDER });
      writeFileSync(join(draft, path), bytes, { mode: OWNER_ONLY, flag: 'wx' });
    }
    if (existsSync(target)) rmdirSync(target);
    renameSync(draft, target);
  } catch (cause) {
    rmSync(draft, { recursive: true, force: true });
    throw cause instanceof CliError ? cause : fileError(name, cause);
  }
}

const alreadyThere = (name: string) =>
  new CliError('CLI_FILE_EXISTS', {
    en: `${name} exists and is not empty; name another folder with --out`,
    it: `${name} esiste e non è vuota; indicare un'altra cartella con --out`,
  });
