import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LineReader, sha256 } from '../chain';

/** A line of the evidence store, as a record refers to it. */
export interface EvidenceRef {
  readonly part: string;
  readonly sha256: string;
  readonly file: string;
  readonly offset: number;
}

/** A line that belongs to no single exchange, or cannot be read. */
export interface LooseEvidence {
  readonly ref: EvidenceRef;
  /** How many lines there was no room for, where the line says so. */
  readonly count: number | undefined;
}

/** Evidence of an exchange of which no access record came. */
export interface OrphanEvidence {
  readonly id: string;
  readonly refs: readonly EvidenceRef[];
}

/** Where reading of the store goes on, by file. */
export type EvidencePositions = Readonly<Record<string, number>>;

/** `evidence-<node>-<pid>-<start>-<n>.jsonl`: of one process in the order of `n`, processes in the order of `start`. */
const NAME = /^evidence-(.+)-(\d+)-(\d+)-(\d+)\.jsonl$/;
const FRAME = /^\{"v":1,(?:"request_id":"([^"\\]{1,128})",)?"part":"([a-z_]{1,20})","at":"([^"\\]{1,40})"/;
const FRAME_BYTES = 300;
const COUNT = /"count":(\d{1,15})\b/;

interface OpenFile {
  offset: number;
  /** Size when it was last read to its end. */
  readTo: number;
  /** Lines read and not yet in the chain, by offset. */
  readonly pending: Map<number, string>;
}

/**
 * Reads the evidence store beside the spool and keeps, of each line, only where it is and what it hashes to, until the
 * record of its exchange takes it. How far it reads ahead is the caller's to say.
 */
export class EvidenceIndex {
  private readonly directory: string;
  private readonly from: EvidencePositions;
  private readonly chained: ReadonlySet<string>;
  private readonly files = new Map<string, OpenFile>();
  private readonly byId = new Map<string, { refs: EvidenceRef[]; at: number }>();
  private loose: LooseEvidence[] = [];

  /** `chained`: lines that are in the chain although they stand behind `from`, as `refKey` writes them. */
  constructor(directory: string, from: EvidencePositions, chained: ReadonlySet<string>) {
    this.directory = directory;
    this.from = from;
    this.chained = chained;
  }

  /** Reads every file as far as its lines are older than `until` (milliseconds since the epoch). */
  async advance(until: number): Promise<void> {
    for (const name of await this.names()) {
      const file = this.fileOf(name);
      const { size } = await stat(join(this.directory, name)).catch(() => ({ size: 0 }));
      if (size > file.readTo) await this.readFile(name, file, until, size);
    }
  }

  /** The parts of an exchange that are known so far. */
  partsOf(id: string): readonly EvidenceRef[] {
    return this.byId.get(id)?.refs ?? [];
  }

  /** Gives the evidence of an exchange to its record. */
  take(id: string): readonly EvidenceRef[] {
    const refs = this.partsOf(id);
    this.byId.delete(id);
    for (const { file, offset } of refs) this.files.get(file)?.pending.delete(offset);
    return refs;
  }

  /** Lines that belong to no single exchange, given once. */
  takeLoose(limit: number): readonly LooseEvidence[] {
    const taken = this.loose.slice(0, limit);
    this.loose = this.loose.slice(limit);
    for (const { ref } of taken) this.files.get(ref.file)?.pending.delete(ref.offset);
    return taken;
  }

  /** Exchanges whose evidence is older than `before` (milliseconds since the epoch), given once. */
  takeOrphans(before: number, limit: number): readonly OrphanEvidence[] {
    const orphans: OrphanEvidence[] = [];
    for (const [id, { at }] of this.byId) {
      if (orphans.length >= limit || at >= before) break;
      orphans.push({ id, refs: this.take(id) });
    }
    return orphans;
  }

  /** Where to go on after a restart: nothing before it is missing from the chain. */
  positions(): EvidencePositions {
    const known = [...this.files].map(([name, { offset, pending }]) => [name, pending.keys().next().value ?? offset]);
    return Object.fromEntries(known) as EvidencePositions;
  }

  private async names(): Promise<readonly string[]> {
    const names = await readdir(this.directory).catch((error: unknown): string[] => {
      // The writer makes it when there is something to keep.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    });
    for (const known of this.files.keys()) if (!names.includes(known)) this.files.delete(known);
    return names.filter((name) => NAME.test(name)).toSorted(inOrder);
  }

  private fileOf(name: string): OpenFile {
    const known = this.files.get(name);
    if (known !== undefined) return known;
    const file: OpenFile = { offset: this.from[name] ?? 0, readTo: 0, pending: new Map() };
    this.files.set(name, file);
    return file;
  }

  private async readFile(name: string, file: OpenFile, until: number, size: number): Promise<void> {
    const handle = await open(join(this.directory, name), 'r');
    try {
      const reader = new LineReader(handle, file.offset);
      for (let lines = await reader.next(); lines.length > 0; lines = await reader.next()) {
        for (const { bytes, offset } of lines) {
          if (!this.line(name, file, bytes, offset, until)) return;
          file.offset = offset + bytes.length + 1;
        }
      }
      file.readTo = size;
    } finally {
      await handle.close();
    }
  }

  /** False when the line is of a time that is not yet wanted. */
  private line(name: string, file: OpenFile, bytes: Buffer, offset: number, until: number): boolean {
    const [, id, part = 'unreadable', at = ''] = FRAME.exec(bytes.toString('latin1', 0, FRAME_BYTES)) ?? [];
    const time = Date.parse(at) || 0;
    if (time > until) return false;
    const ref: EvidenceRef = { part, sha256: sha256(bytes), file: name, offset };
    if (this.chained.has(refKey(ref))) return true;
    file.pending.set(offset, id ?? '');
    if (id === undefined) {
      const [, count] = part === 'dropped' ? (COUNT.exec(bytes.toString('latin1')) ?? []) : [];
      this.loose.push({ ref, count: count === undefined ? undefined : Number(count) });
      return true;
    }
    const known = this.byId.get(id);
    if (known === undefined) this.byId.set(id, { refs: [ref], at: time });
    else known.refs.push(ref);
    return true;
  }
}

/** A line's place as a text. */
export const refKey = ({ file, offset }: Pick<EvidenceRef, 'file' | 'offset'>): string => `${file}:${offset}`;

function inOrder(one: string, other: string): number {
  const [[, , , start = '', n = ''], [, , , laterStart = '', m = '']] = [NAME.exec(one) ?? [], NAME.exec(other) ?? []];
  return Number(start) - Number(laterStart) || Number(n) - Number(m) || (one < other ? -1 : 1);
}
