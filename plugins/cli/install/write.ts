import { chmodSync, chownSync, copyFileSync, constants, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { statSync, writeFileSync } from 'node:fs';
import { CliError } from '../shell/cli-error';
import { fileError } from '../shell/input';
import { utc } from '../shell/time-text';

/** What became of the file. */
export interface Written {
  readonly file: string;
  readonly changed: boolean;
  /** A copy of the file as it was; undefined when nothing changed or there was no file. */
  readonly backup: string | undefined;
}

/** The text of a kong.conf; empty when there is none yet. @throws CliError CLI_FILE for any other trouble. */
export function readConf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw fileError(file, error);
  }
}

/**
 * Replaces a kong.conf in one step, with a copy of the old one beside it. Owner and mode stay; a symbolic link is
 * followed. A reader sees the old file or the new one, never half of one.
 *
 * @throws CliError CLI_FILE, or CLI_FILE_EXISTS for a copy of this very second; then nothing was changed.
 */
export function writeConf(path: string, before: string, after: string, now: number): Written {
  if (before === after) return { file: path, changed: false, backup: undefined };
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    const file = stats === undefined ? path : realpathSync(path);
    const backup = stats === undefined ? undefined : backUp(file, now);
    replace(file, after, stats === undefined ? undefined : statSync(file));
    return { file, changed: true, backup };
  } catch (error) {
    throw error instanceof CliError ? error : fileError(path, error);
  }
}

function backUp(file: string, now: number): string {
  const backup = `${file}.before-modi-${utc(now).replaceAll(/[-:]/g, '')}`;
  try {
    copyFileSync(file, backup, constants.COPYFILE_EXCL);
    return backup;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new CliError('CLI_FILE_EXISTS', {
      en: `${backup} exists already; wait a second and run again`,
      it: `${backup} esiste già; attendere un secondo e rieseguire`,
    });
  }
}

function replace(file: string, text: string, like: { mode: number; uid: number; gid: number } | undefined): void {
  const fresh = `${file}.modi-${process.pid}`;
  try {
    writeFileSync(fresh, text, { flag: 'wx', mode: 0o644 });
    if (like !== undefined) {
      chmodSync(fresh, like.mode & 0o7777);
      if (like.uid !== process.getuid?.() || like.gid !== process.getgid?.()) chownSync(fresh, like.uid, like.gid);
    }
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}
