import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { evidenceFilesAmong } from '../../evidence';
import { LineReader, sha256, type EvidenceRef, type Members } from '../chain';
import { unlessGone } from '../unless-gone';
import { readEvidenceLine } from './evidence-line';

export type { EvidenceRef } from '../chain';

/** A line that belongs to no single exchange, cannot be read, or came after the record of its exchange (`id`). */
export interface LooseEvidence {
  readonly ref: EvidenceRef;
  readonly id: string | undefined;
  /** What a line about the store itself says. */
  readonly facts: Members | undefined;
}

/** Evidence of an exchange of which no access record came. */
export interface OrphanEvidence {
  readonly id: string;
  readonly refs: readonly EvidenceRef[];
}

/** Where reading of the store goes on, by file. */
export type EvidencePositions = Readonly<Record<string, number>>;

/** Offsets of lines that the chain refers to, by file. */
export type ChainedLines = ReadonlyMap<string, ReadonlySet<number>>;

/** What the chain says of the store when reading begins. */
export interface EvidenceStart {
  readonly from: EvidencePositions;
  /** Lines behind `from` that are in the chain all the same: their offsets by file. */
  readonly chained: ChainedLines;
  /** Number of the record up to which the chain refers to no line behind `from`. */
  readonly since: number;
}

/** What the index asks of its collector. */
export interface EvidenceAsker {
  /** Whether the exchange has its access record. */
  readonly isRecorded: (id: string) => boolean;
  /** Number of the last record of the chain. */
  readonly last: () => number;
}

/** A removed file is remembered for as long as others after it are: it may be on a volume that comes back. */
const MOST_GONE = 64;

interface OpenFile {
  offset: number;
  /** Size when it was last read to its end. */
  readTo: number;
  /** Lines before it were read by the collector before this one. */
  readonly reread: number;
  /** Lines read and not yet in the chain: by offset, the number of the record after which they were read. */
  readonly pending: Map<number, number>;
}

/**
 * Reads the evidence store beside the spool and keeps, of each line, only where it is and what it hashes to, until the
 * record of its exchange takes it. How far it reads ahead is the caller's to say.
 */
export class EvidenceIndex {
  private readonly directory: string;
  private readonly start: EvidenceStart;
  private readonly asker: EvidenceAsker;
  private readonly files = new Map<string, OpenFile>();
  private readonly byId = new Map<string, { refs: EvidenceRef[]; at: number; incomplete: boolean }>();
  private loose: LooseEvidence[] = [];

  constructor(directory: string, start: EvidenceStart, asker: EvidenceAsker) {
    this.directory = directory;
    this.start = start;
    this.asker = asker;
    // Also those that are not there now: a volume may not be mounted yet.
    for (const name of Object.keys(start.from)) this.fileOf(name);
  }

  /** Reads every file as far as its lines are older than `until` (milliseconds since the epoch). */
  async advance(until: number): Promise<void> {
    for (const name of await this.names()) {
      const file = this.fileOf(name);
      // Removed since it was listed: `modi audit prune` was at work.
      const { size } = await stat(join(this.directory, name)).catch(unlessGone({ size: 0 }));
      if (size > file.readTo) await this.readFile(name, file, until, size);
    }
  }

  /** The parts of an exchange that are known so far. */
  partsOf(id: string): readonly EvidenceRef[] {
    return this.byId.get(id)?.refs ?? [];
  }

  /** Whether of the parts that are known so far one says that it is not what it should be. */
  isIncomplete(id: string): boolean {
    return this.byId.get(id)?.incomplete ?? false;
  }

  /** Gives the evidence of an exchange to its record. */
  take(id: string): readonly EvidenceRef[] {
    const refs = this.partsOf(id);
    this.byId.delete(id);
    for (const { file, offset } of refs) this.files.get(file)?.pending.delete(offset);
    return refs;
  }

  /** Lines that no record to come will take, given once. */
  takeLoose(limit: number): readonly LooseEvidence[] {
    const taken = this.loose.slice(0, limit);
    this.loose = this.loose.slice(limit);
    for (const { ref } of taken) this.files.get(ref.file)?.pending.delete(ref.offset);
    return taken;
  }

  /** Exchanges that nobody expects and whose evidence is older than `before` (milliseconds since the epoch), given once. */
  takeOrphans(before: number, limit: number, expected: ReadonlyMap<string, unknown>): readonly OrphanEvidence[] {
    const orphans: OrphanEvidence[] = [];
    // All are looked at: a clock that was set back has put younger ones before older ones.
    for (const [id, { at }] of this.byId) {
      if (orphans.length >= limit) break;
      if (at < before && !expected.has(id)) orphans.push({ id, refs: this.take(id) });
    }
    return orphans;
  }

  /** Where to go on after a restart: nothing before it is missing from the chain. */
  positions(): EvidencePositions {
    const known = [...this.files].map(([name, { offset, pending }]) => [name, pending.keys().next().value ?? offset]);
    return Object.fromEntries(known) as EvidencePositions;
  }

  /** Number of the record up to which the chain refers to no line behind `positions`. */
  since(): number {
    const waiting = [...this.files.values()].flatMap(({ pending }) => pending.values().next().value ?? []);
    return Math.min(this.asker.last(), ...waiting);
  }

  private async names(): Promise<readonly string[]> {
    // The writer makes it when there is something to keep.
    const names = await readdir(this.directory).catch(unlessGone<string[]>([]));
    this.forgetGone(new Set(names));
    return evidenceFilesAmong(names).map(({ name }) => name);
  }

  /** Files that were removed, but for the latest. A folder without any is not what it was: nothing is forgotten then. */
  private forgetGone(there: ReadonlySet<string>): void {
    if (there.size === 0) return;
    const gone = [...this.files.keys()].filter((name) => !there.has(name));
    for (const name of gone.slice(0, -MOST_GONE)) this.files.delete(name);
  }

  private fileOf(name: string): OpenFile {
    const known = this.files.get(name);
    if (known !== undefined) return known;
    const { from, chained } = this.start;
    const offset = from[name] ?? 0;
    // The latest that was written, and so the last that was read.
    const reread = [...(chained.get(name) ?? [])].reduce((last, one) => Math.max(last, one), 0);
    const file: OpenFile = { offset, readTo: 0, reread, pending: new Map() };
    this.files.set(name, file);
    return file;
  }

  private async readFile(name: string, file: OpenFile, until: number, size: number): Promise<void> {
    const handle = await open(join(this.directory, name), 'r').catch(unlessGone(undefined));
    if (handle === undefined) return;
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
    const { id, part, time, incomplete, facts } = readEvidenceLine(bytes);
    if (time > until) return false;
    const ref: EvidenceRef = { part, sha256: sha256(bytes), file: name, offset };
    if (this.start.chained.get(name)?.has(offset) === true) return true;
    file.pending.set(offset, offset < file.reread ? this.start.since : this.asker.last());
    if (id === undefined || this.asker.isRecorded(id)) {
      this.loose.push({ ref, id, facts });
      return true;
    }
    const known = this.byId.get(id);
    if (known === undefined) this.byId.set(id, { refs: [ref], at: time, incomplete });
    else {
      known.refs.push(ref);
      known.incomplete ||= incomplete;
    }
    return true;
  }
}
