import { open } from 'node:fs/promises';
import { LineReader } from '../chain';
import { unlessGone } from '../unless-gone';
import { firstLineOf, spoolFiles, type SpoolFile } from './spool-files';

/** A line of a spool, and where in it reading goes on after it. */
export interface SpoolLine {
  readonly kind: 'line';
  readonly bytes: Buffer;
  readonly source: SpoolSource;
}

/** Where a record comes from: the id of the file, and where in it the line ends. */
export interface SpoolSource {
  readonly file: string;
  readonly end: number;
}

/** Something of a spool was gone before it could be read. */
export interface SpoolGap {
  readonly kind: 'gap';
  /** The id of the file that is gone or was cut, and how far it had been read, or where reading goes on. */
  readonly source: SpoolSource;
  /** Bytes that were seen and not read; undefined when nobody was there to see them. */
  readonly bytes: number | undefined;
}

/** How far each file has been read, by its id, in the order in which they were last read. */
export type SpoolPositions = Map<string, number>;

/** A file that is gone is remembered for as long as others after it are: it may be on its way to another name. */
const MOST_GONE = 64;

/** Moves a position; the file becomes the one that was read last. */
export function advance(positions: SpoolPositions, { file, end }: SpoolSource): void {
  positions.delete(file);
  positions.set(file, end);
}

/** Forgets the files that are not there any more, but for the latest of them. */
export function forgetGone(positions: SpoolPositions, there: ReadonlySet<string>): void {
  // Before the first look nothing is known to be gone.
  if (there.size === 0) return;
  const gone = [...positions.keys()].filter((id) => !there.has(id));
  for (const id of gone.slice(0, -MOST_GONE)) positions.delete(id);
}

/**
 * Follows the files of spools through rotation by rename or by copy, truncation, and any time in which nobody read them.
 * A file is what its first line says, so that each line is read once, wherever its file is moved to.
 */
export class Spool {
  private readonly paths: readonly string[];
  private readonly positions: SpoolPositions;
  /** Sizes as last seen, of files that are still there. */
  private readonly seen = new Map<string, number>();
  /** The files of the last look. */
  there: ReadonlySet<string> = new Set();
  /** Whether the last look has read all that there was. */
  isRead = false;
  /** Why the last look has not read all of a spool, though it has read something. */
  trouble: Error | undefined;
  private isFirstLook = true;

  constructor(paths: readonly string[], positions: ReadonlyMap<string, number>) {
    this.paths = paths;
    this.positions = new Map(positions);
  }

  /**
   * What is new, of each spool the oldest file first, up to about `limit` lines of each. Nothing when all is read. What is
   * answered is on the disk: the chain never knows more of a spool than the spool itself after a crash of the machine.
   */
  async read(limit: number): Promise<readonly (SpoolLine | SpoolGap)[]> {
    this.isRead = false;
    const spools = await Promise.all(this.paths.map(spoolFiles));
    const isFirstLook = this.isFirstLook;
    const found: (SpoolLine | SpoolGap)[] = [...this.gaps(spools.flat())];
    this.trouble = undefined;
    for (const files of spools) {
      // A spool that is far behind, or cannot be read, must not take along what the others have.
      this.trouble = (await this.readFiles(files, limit, isFirstLook, found)) ?? this.trouble;
    }
    if (this.trouble !== undefined && found.length === 0) throw this.trouble;
    this.isRead = this.trouble === undefined && found.length < limit;
    return found;
  }

  /** Adds to `found` up to about `limit` lines of one spool; answers what kept it from more. */
  private async readFiles(
    files: readonly SpoolFile[],
    limit: number,
    isFirstLook: boolean,
    found: (SpoolLine | SpoolGap)[],
  ): Promise<Error | undefined> {
    const most = found.length + limit;
    try {
      for (const file of files) {
        found.push(...this.cut(file, isFirstLook));
        if (file.size > (this.positions.get(file.id) ?? 0)) found.push(...(await this.readFile(file, limit)));
        if (found.length >= most) break;
      }
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  /**
   * What a file that has become shorter has lost. Kong may have written behind the cut since, and nobody knows where that
   * was: it is read again from its beginning, and the collector knows what it has recorded.
   */
  private cut({ id, size }: SpoolFile, isFirstLook: boolean): readonly SpoolGap[] {
    const [seen, position] = [this.seen.get(id), this.positions.get(id) ?? 0];
    this.seen.set(id, size);
    const isCut = size < position;
    const unread = Math.max(0, (seen ?? 0) - Math.max(position, size));
    if (!isCut && unread === 0) return [];
    const source = { file: id, end: isCut ? 0 : position };
    advance(this.positions, source);
    return [{ kind: 'gap', source, bytes: isCut && isFirstLook ? undefined : unread }];
  }

  /** Files that were being read and are gone: before they were read to their end, or while nobody looked. */
  private gaps(files: readonly SpoolFile[]): readonly SpoolGap[] {
    const there = new Set(files.map(({ id }) => id));
    this.there = there;
    forgetGone(this.positions, there);
    const gaps: SpoolGap[] = [];
    for (const [id, size] of this.seen) {
      if (there.has(id)) continue;
      const end = this.positions.get(id) ?? 0;
      if (size > end) gaps.push({ kind: 'gap', source: { file: id, end }, bytes: size - end });
      this.seen.delete(id);
    }
    const latest = [...this.positions].at(-1);
    if (this.isFirstLook && latest !== undefined && !there.has(latest[0])) {
      gaps.push({ kind: 'gap', source: { file: latest[0], end: latest[1] }, bytes: undefined });
    }
    this.isFirstLook = false;
    return gaps;
  }

  private async readFile({ path, id }: SpoolFile, limit: number): Promise<readonly SpoolLine[]> {
    // Renamed since it was listed: the next look finds it under its new name.
    const file = await open(path, 'r').catch(unlessGone(undefined));
    if (file === undefined) return [];
    try {
      if ((await firstLineOf(file)) !== id) return [];
      const reader = new LineReader(file, this.positions.get(id) ?? 0);
      const found: SpoolLine[] = [];
      for (let lines = await reader.next(); lines.length > 0 && found.length < limit; lines = await reader.next()) {
        for (const { bytes, offset } of lines) {
          found.push({ kind: 'line', bytes, source: { file: id, end: offset + bytes.length + 1 } });
        }
      }
      const last = found.at(-1);
      if (last === undefined) return found;
      // Kong does not wait for the disk.
      await file.datasync();
      advance(this.positions, last.source);
      return found;
    } finally {
      await file.close();
    }
  }
}
