import { notify } from '../notices';
import { ConfigError } from '../schema';
import { compileKey } from './compile-key';
import { ExpiryWatch } from './expiry-watch';
import { filesOf, readSources, readSourcesAsync, stampOf, stampOfSync } from './key-sources';
import type { KeySettings, SigningKey } from './types';

/** The files are looked at no more often than this. */
const LOOK_EVERY_SECONDS = 1;

/**
 * Keeps one signing key current. Whoever asks gets a whole key at once and never waits for the file system: a look at
 * the files runs beside the requests, and a new key takes the old one's place only when all of it has been read and
 * found good. So a rotation, one file or two, in any order, costs no request, and a bad file changes nothing.
 */
export class KeyKeeper {
  private readonly settings: KeySettings;
  private readonly paths: readonly string[];
  private readonly expiry: ExpiryWatch;
  private key: SigningKey;
  private stamp: string;
  private lookedAt: number;
  private looking: Promise<void> | undefined;
  private problem: string | undefined;

  /**
   * Reads the key at `now` (seconds since the epoch).
   * @throws ConfigError when there is no good key to begin with.
   */
  constructor(settings: KeySettings, warnDays: readonly number[], now: number) {
    this.settings = settings;
    this.paths = filesOf(settings);
    this.expiry = new ExpiryWatch(warnDays);
    // Taken before reading: what changes in between is found by the first look.
    this.stamp = stampOfSync(this.paths);
    this.key = compileKey(settings, readSources(settings), now);
    this.lookedAt = now;
    this.expiry.look(this.key, now);
  }

  /** The key to sign with now. Starts a look at the files when one is due, and does not wait for it. */
  current(now: number): SigningKey {
    // A clock that was set back must not stop the looks.
    if (Math.abs(now - this.lookedAt) >= LOOK_EVERY_SECONDS) void this.look(now);
    return this.key;
  }

  /** The key as it is, for metrics. */
  get held(): SigningKey {
    return this.key;
  }

  /** Why the files on disk are not what is being signed with; undefined when they are. */
  get failing(): string | undefined {
    return this.problem;
  }

  /** Looks at the files and takes up what has changed. One look at a time; never rejects. */
  look(now: number): Promise<void> {
    this.lookedAt = now;
    this.looking ??= this.takeUp(now).finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async takeUp(now: number): Promise<void> {
    try {
      const stamp = await stampOf(this.paths);
      if (stamp !== this.stamp) await this.replace(stamp, now);
      this.problem = undefined;
    } catch (error) {
      this.report(error);
    }
    this.expiry.look(this.key, now);
  }

  /** A file that changes while it is read is left for the next look: what was read may be half old, half new. */
  private async replace(stamp: string, now: number): Promise<void> {
    const sources = await readSourcesAsync(this.settings);
    const key = compileKey(this.settings, sources, now);
    if ((await stampOf(this.paths)) !== stamp) return;
    this.key = key;
    this.stamp = stamp;
    const { name, notAfter } = key;
    const until = Number.isFinite(notAfter) ? { not_after: new Date(notAfter * 1000).toISOString() } : {};
    notify({ level: 'info', message: 'a new signing key is in use', fields: { certificate: name, ...until } });
  }

  /** Told once per problem, not once per look. */
  private report(error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error);
    if (problem === this.problem) return;
    this.problem = problem;
    notify({
      level: 'error',
      message: 'the signing key on disk cannot be used; the one before it stays in use',
      fields: { problem, field: error instanceof ConfigError ? error.field : 'key', certificate: this.key.name },
    });
  }
}
