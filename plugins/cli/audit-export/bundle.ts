import { createHash } from 'node:crypto';
import { NOTES, type Note, type NoteCode } from './notes';

/** Paths stand in a shell script, one on a line: nothing but these. */
const PATH = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

/** One file, as manifest.json has it. */
interface Listed {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * A bundle being made: its files, and what verify.sh shall check of them, in order. Holds no time and no random, so that
 * the same records and evidence make the same bytes.
 */
export class Bundle {
  readonly notes: Note[] = [];
  private readonly contents = new Map<string, Buffer>();
  private readonly lines: string[] = [];
  private readonly done = new Set<string>();

  /** Adds a file. @throws Error for a path that no shell should see, or one that is taken by something else. */
  put(path: string, content: Buffer | string): void {
    const bytes = Buffer.from(content);
    if (!PATH.test(path)) throw new Error(`a bundle has no file "${path}"`);
    if (this.contents.get(path)?.equals(bytes) === false) throw new Error(`a bundle has "${path}" once`);
    this.contents.set(path, bytes);
  }

  has(path: string): boolean {
    return this.contents.has(path);
  }

  /** A file that is there, as text. */
  text(path: string): string {
    return (this.contents.get(path) ?? Buffer.alloc(0)).toString('utf8');
  }

  /** Begins the checks of something: what verify.sh prints above them, ASCII. */
  section(title: string): void {
    this.lines.push(`# ${title.replaceAll(/[^ -~]/g, '?')}`);
  }

  /** A check of verify.sh by its name there, and what it takes; the same one is done once. */
  check(name: string, ...words: readonly (string | number)[]): void {
    const line = [name, ...words].join(' ');
    if (this.done.has(line)) return;
    this.done.add(line);
    this.lines.push(line);
  }

  /** Says what is missing: in the manifest, in the instructions, and when verify.sh runs. */
  note(code: NoteCode, where: string): void {
    this.notes.push({ code, where });
    this.lines.push(`note ${where}: ${NOTES[code].en}`);
  }

  /** The checks of this name, in order, each with what it takes. */
  checksOf(name: string): readonly (readonly string[])[] {
    return this.lines.map((line) => line.split(' ')).filter(([first]) => first === name);
  }

  /**
   * All files by path, in the order of paths, with checks.txt, manifest.json and manifest.sha256; the last names the
   * manifest, and so the bundle, by SHA-256. `about`: what the manifest says besides the files.
   */
  finish(about: Readonly<Record<string, unknown>>): {
    readonly files: ReadonlyMap<string, Buffer>;
    readonly sha256: string;
  } {
    this.put('checks.txt', `${this.lines.join('\n')}\n`);
    const sorted = [...this.contents].toSorted(([one], [other]) => (one < other ? -1 : 1));
    const manifest = manifestText(about, sorted.map(listed));
    const sha256 = sha256Of(Buffer.from(manifest));
    const files = new Map(sorted)
      .set('manifest.json', Buffer.from(manifest))
      .set('manifest.sha256', Buffer.from(`${sha256}  manifest.json\n`));
    return { files, sha256 };
  }
}

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const listed = ([path, bytes]: readonly [string, Buffer]): Listed => ({
  path,
  bytes: bytes.length,
  sha256: sha256Of(bytes),
});

/** One file on a line, in a form that sed can read: verify.sh does. */
function manifestText(about: Readonly<Record<string, unknown>>, files: readonly Listed[]): string {
  const head = JSON.stringify({ schema: 'modi.audit-bundle/1', ...about }, null, 2).slice(0, -2);
  return `${head},\n  "files": [\n${files.map((file) => `    ${JSON.stringify(file)}`).join(',\n')}\n  ]\n}\n`;
}
