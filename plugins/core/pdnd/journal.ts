import { createHash, randomUUID } from 'node:crypto';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { notify } from '../notices';
import { ConfigError } from '../schema';

/** What must survive a restart. */
export interface JournalState {
  /** The last event that was seen; a number in v1, a UUID in v2 and v3. */
  readonly lastEventId: string | undefined;
  /** Keys that were deleted and not added again, oldest first. */
  readonly deleted: readonly string[];
}

const EMPTY: JournalState = { lastEventId: undefined, deleted: [] };
const FIELD = 'pdnd.events.directory';
const OWNER_ONLY = 0o600;

/** The state of one feed of events, in a file that is never half written. */
export class Journal {
  readonly initial: JournalState;
  private readonly path: string | undefined;
  private writing: Promise<void> = Promise.resolve();

  /**
   * `feed` tells apart feeds whose ids mean different things; no directory: nothing is kept.
   * @throws ConfigError for a directory that is not there, or cannot be written.
   */
  constructor(directory: string | null, feed: string) {
    if (directory === null) {
      this.initial = EMPTY;
      return;
    }
    const folder = resolve(process.env['MODI_HOME'] ?? '.', directory);
    refuseUnusable(folder, directory);
    const name = createHash('sha256').update(feed).digest('hex').slice(0, 16);
    this.path = join(folder, `pdnd-events-${name}.json`);
    this.initial = this.read(this.path);
  }

  /** Writes the state; one write after the other. Rejects with the file system's error. */
  save(state: JournalState): Promise<void> {
    const { path } = this;
    if (path === undefined) return Promise.resolve();
    const write = () => writeWhole(path, JSON.stringify({ version: 1, ...state }));
    this.writing = this.writing.then(write, write);
    return this.writing;
  }

  /** A file that is not ours, or damaged, is told and begun anew: events are read from the first again. */
  private read(path: string): JournalState {
    try {
      const value = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
      const { version, lastEventId, deleted } = value;
      const strings = Array.isArray(deleted) && deleted.every((kid) => typeof kid === 'string');
      if (version === 1 && strings && (lastEventId === undefined || typeof lastEventId === 'string')) {
        return { lastEventId, deleted };
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return EMPTY;
      if (!(error instanceof SyntaxError)) throw new ConfigError(FIELD, `${path} cannot be read`, { cause: error });
    }
    notify({ level: 'error', message: 'the events of the platform are read anew', fields: { file: path } });
    return EMPTY;
  }
}

function refuseUnusable(folder: string, configured: string): void {
  const problem = (words: string, cause?: unknown) =>
    new ConfigError(FIELD, `the folder "${configured}" ${words} (looked for ${folder})`, { cause });
  if (!isFolder(folder)) throw problem('does not exist');
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw problem('cannot be written', error);
  }
}

/** What cannot be looked at is none. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Under its name the file is old or new, also after a power cut. */
async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.new`;
  try {
    const file = await open(draft, 'wx', OWNER_ONLY);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
