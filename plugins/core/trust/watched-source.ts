import { basename } from 'node:path';
import { ConfigError } from '../schema';
import { SourceError } from './source-contents';
import { filesAt, filesAtSync, pathOf, readImage, readImageSync, stampAt, unreadable } from './source-files';

/** One file as it is handed to whoever reads it. */
export interface SourceText {
  readonly bytes: Buffer;
  /** How errors call it: its path, or that it stands in the configuration. Never its contents. */
  readonly origin: string;
  readonly isInFolder: boolean;
}

/** Makes something of a file, at `now` (seconds since the epoch). @throws SourceError when it is not good. */
export type SourceReader<T> = (text: SourceText, now: number) => T;

interface Member<T> {
  readonly stamp: string;
  readonly content: T;
}

/** Text that is the thing itself: a vault hands over PEM or JSON, a path looks like neither. */
const isInline = (value: string): boolean => value.includes('-----BEGIN') || value.trimStart().startsWith('{');

/**
 * One configured source: text, a file, or a folder of files. What is on disk is looked at again and again, and a file
 * takes the place of the one before only when all of it is good; what is gone from a folder is gone.
 */
export class WatchedSource<T> {
  /** The field it stands in, e.g. `trust.anchors[1]`. */
  readonly field: string;
  private readonly value: string;
  private readonly path: string | undefined;
  private readonly read: SourceReader<T>;
  private members = new Map<string, Member<T>>();
  /** By file, what is wrong with it and how it looked then: it is read again only when it has changed. */
  private refused = new Map<string, { readonly stamp: string; readonly problem: string }>();
  private isFolder = false;
  private held: readonly T[] | undefined;

  /**
   * Reads all of it at `now` (seconds since the epoch).
   * @throws ConfigError naming `field` when any of it is not good.
   */
  constructor(value: string, field: string, read: SourceReader<T>, now: number) {
    this.field = field;
    this.value = value;
    this.read = read;
    this.path = isInline(value) ? undefined : pathOf(value);
    try {
      this.begin(now);
    } catch (error) {
      throw this.configError(error);
    }
  }

  /** What its files hold, file by file: one object until something changes. */
  get contents(): readonly T[] {
    return (this.held ??= [...this.members.values()].map(({ content }) => content));
  }

  /** Why what is on disk is not what is in use; undefined when it is. */
  get problem(): string | undefined {
    return [...this.refused.values()][0]?.problem;
  }

  /** Looks at the disk and takes up what has changed. Answers whether anything has. Never rejects. */
  async look(now: number): Promise<boolean> {
    if (this.path === undefined) return false;
    const before = this.members;
    try {
      await this.takeUp(await filesAt(this.path), now);
    } catch (error) {
      this.refused = new Map([[this.path, { stamp: '', problem: problemOf(error, this.origin) }]]);
    }
    return before !== this.members;
  }

  private get origin(): string {
    if (this.path === undefined) return this.value.includes('-----BEGIN') ? 'the PEM text' : 'the text';
    return `the ${this.isFolder ? 'folder' : 'file'} "${this.value}"`;
  }

  private begin(now: number): void {
    if (this.path === undefined) {
      const text = { bytes: Buffer.from(this.value), origin: this.origin, isInFolder: false };
      this.members.set('', { stamp: '', content: this.read(text, now) });
      return;
    }
    const files = filesAtSync(this.path);
    this.isFolder = files[0] !== this.path;
    if (files.length === 0) throw new SourceError(`${this.origin} holds no file of certificates`);
    for (const file of files) {
      const { stamp, bytes } = readImageSync(file);
      this.members.set(file, { stamp, content: this.read(this.textOf(file, bytes), now) });
    }
  }

  private textOf(file: string, bytes: Buffer): SourceText {
    const origin = this.isFolder ? `the file "${this.value}/${basename(file)}"` : this.origin;
    return { bytes, origin, isInFolder: this.isFolder };
  }

  /** An empty folder is somebody's accident: the last source of trust is taken away in the configuration. */
  private async takeUp(files: readonly string[], now: number): Promise<void> {
    if (files.length === 0) throw new SourceError(`${this.origin} holds no file of certificates any more`);
    this.isFolder = files[0] !== this.path;
    const refused: typeof this.refused = new Map();
    const members: typeof this.members = new Map();
    for (const file of files) {
      const member = await this.renewed(file, refused, now);
      if (member !== undefined) members.set(file, member);
    }
    this.refused = refused;
    const isSame =
      members.size === this.members.size && [...members].every(([file, one]) => this.members.get(file) === one);
    if (isSame || members.size === 0) return;
    this.members = members;
    this.held = undefined;
  }

  private async renewed(file: string, refused: typeof this.refused, now: number): Promise<Member<T> | undefined> {
    const before = this.members.get(file);
    let stamp = '';
    try {
      stamp = await stampAt(file);
      if (stamp === before?.stamp) return before;
      const known = this.refused.get(file);
      if (known?.stamp === stamp) {
        refused.set(file, known);
        return before;
      }
      const image = await readImage(file);
      if (image === undefined) return before;
      return { stamp: image.stamp, content: this.read(this.textOf(file, image.bytes), now) };
    } catch (error) {
      const { origin } = this.textOf(file, Buffer.alloc(0));
      refused.set(file, { stamp, problem: problemOf(error, origin) });
      return before;
    }
  }

  private configError(error: unknown): ConfigError {
    if (error instanceof SourceError) return new ConfigError(this.field, error.message, { cause: error });
    const place = this.path === undefined ? '' : ` (looked for ${this.path})`;
    return new ConfigError(this.field, `${problemOf(error, this.origin)}${place}`, { cause: error });
  }
}

const problemOf = (error: unknown, origin: string): string =>
  error instanceof SourceError ? error.message : `${origin} ${unreadable(error)}`;
