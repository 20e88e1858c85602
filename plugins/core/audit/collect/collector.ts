import { setTimeout as pause } from 'node:timers/promises';
import { notify } from '../../notices';
import { ChainError, ChainWriter, sha256, type ChainSigner, type NewRecord } from '../chain';
import { accessRecord, finishedAt, parseKongLine, redaction, type Redaction, type Table } from '../record';
import { Stamper } from '../timestamp';
import { EvidenceIndex, type EvidenceRef } from './evidence-index';
import { Recall, type Position } from './recall';
import type { CollectorSettings } from './settings';
import { advance, forgetGone, Spool, type SpoolGap, type SpoolLine, type SpoolSource } from './spool';

/** What a collector needs of the world. */
export interface CollectorWorld {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
  readonly signer: () => ChainSigner;
  /** The settings' paths, made absolute. */
  readonly spool: readonly string[];
  readonly evidence: string | undefined;
  readonly chain: string;
  readonly witness: string | undefined;
  readonly node: string;
  /** Version of the pack, for the record of the start. */
  readonly version: string;
}

/** A line of the spool that waits for its evidence, or for its turn. */
interface Waiting {
  readonly record: Table | undefined;
  readonly id: string;
  readonly source: SpoolSource;
  /** Of a line that is no record of Kong's: its hash and length. */
  readonly raw: { readonly sha256: string; readonly bytes: number };
  /** From when on it waits for its evidence, in milliseconds since the epoch. */
  readonly since: number;
}

const LINES_AT_ONCE = 2_000;
const IDLE_MS = 100;
const RETRY_MS = 1_000;

/**
 * Turns the spool, joined with the evidence, into the chain: one record for each request, in the order of the spool, so
 * that the last record of the chain says where the spool is read on. Memory is bounded: of a line that waits its record is
 * kept, of evidence only where it is.
 */
export class Collector {
  private readonly settings: CollectorSettings;
  private readonly world: CollectorWorld;
  private readonly writer: ChainWriter;
  private readonly recall: Recall;
  private readonly spool: Spool;
  private readonly evidence: EvidenceIndex | undefined;
  private readonly redact: Redaction;
  private readonly stamper: Stamper | undefined;
  private readonly queue: (Waiting | SpoolGap)[] = [];
  /** When the evidence was last read, and up to which time of its lines. */
  private evidenceRead = { at: 0, until: 0 };
  private told = '';

  private constructor(settings: CollectorSettings, world: CollectorWorld, writer: ChainWriter, recall: Recall) {
    this.settings = settings;
    this.world = world;
    this.writer = writer;
    this.recall = recall;
    this.spool = new Spool(world.spool, recall.spool);
    this.evidence =
      world.evidence === undefined
        ? undefined
        : new EvidenceIndex(world.evidence, recall.evidence, new Set(recall.chained));
    recall.chained.clear();
    this.redact = redaction(settings.redact);
    const { url, every, timeout } = settings.chain.timestamp_authority;
    this.stamper = url === null ? undefined : new Stamper({ url, every, timeout }, world.now);
  }

  /**
   * Opens the chain, or begins it, and finds in it where to go on.
   * @throws ChainError when the chain is damaged; the error of the file system.
   */
  static async open(settings: CollectorSettings, world: CollectorWorld): Promise<Collector> {
    const { chain } = settings;
    const recall = new Recall();
    const writer = await ChainWriter.open(
      {
        ...world,
        directory: world.chain,
        organization: settings.organization,
        every: chain.checkpoint_records,
        seconds: chain.checkpoint_seconds,
        segmentBytes: chain.segment_bytes,
        visit: ({ kind, members }) => {
          recall.see(kind, members);
        },
      },
      { collector: world.version, spool: world.spool },
      () => positionOf(recall, recall.evidence),
    );
    return new Collector(settings, world, writer, recall);
  }

  /** Collects until the signal, then seals the chain and closes it. @throws ChainError when the chain was changed. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const worked = await this.step(stop);
      if (!worked) await pause(IDLE_MS, undefined, { signal: stop }).catch(() => undefined);
    }
    await this.close(stop);
  }

  /** Collects until nothing is left to do, or the signal; then seals the chain and closes it. */
  async catchUp(stop: AbortSignal): Promise<void> {
    while (!stop.aborted && ((await this.step(stop)) || this.queue.length > 0)) {
      if (this.queue.length > 0) await pause(IDLE_MS / 10, undefined, { signal: stop }).catch(() => undefined);
    }
    await this.close(stop);
  }

  /** Seals the chain and closes it. */
  async close(stop: AbortSignal): Promise<void> {
    await this.retried(() => this.writer.close(this.position()), stop);
  }

  /** Lets go of the chain as it is, as a process that is killed does. */
  abandon(): Promise<void> {
    return this.writer.abandon();
  }

  /** Reads what is new and writes what is ready. Answers whether there was anything to do. */
  async step(stop: AbortSignal): Promise<boolean> {
    const before = this.writer.last;
    if (this.queue.length < LINES_AT_ONCE) {
      for (const one of await this.spool.read(LINES_AT_ONCE)) this.queue.push(this.waiting(one));
    }
    await this.readEvidence();
    const batch = this.nextBatch();
    if (batch.length > 0) await this.retried(() => this.writer.append(batch, this.position()), stop);
    else await this.retried(() => this.writer.tick(this.position()), stop);
    this.stamper?.look(this.writer.sealed);
    return this.writer.last > before;
  }

  private waiting(one: SpoolLine | SpoolGap): Waiting | SpoolGap {
    if (one.kind === 'gap') return one;
    const { bytes, source } = one;
    const line = parseKongLine(bytes);
    const raw = { sha256: sha256(bytes), bytes: bytes.length };
    const now = this.world.now();
    if (line === undefined) return { record: undefined, id: '', source, raw, since: now };
    const record = this.redact(accessRecord(line));
    return { record, id: String(record['id']), source, raw, since: Math.min(now, finishedAt(line)) };
  }

  /** As far as the lines that wait can need it; all of it when none waits, for what has no line. */
  private async readEvidence(): Promise<void> {
    if (this.evidence === undefined) return;
    const last = this.queue.findLast((one): one is Waiting => 'since' in one);
    const until = last === undefined ? this.world.now() : last.since + this.settings.evidence.wait * 1000;
    const [head] = this.queue;
    if (head !== undefined && this.isReady(head)) return;
    const now = this.world.now();
    await this.evidence.advance(until);
    this.evidenceRead = { at: now, until };
  }

  /** The records that can be written now, at most as many as fit before the next checkpoint. */
  private nextBatch(): NewRecord[] {
    const room = this.writer.room;
    const batch: NewRecord[] = [...(this.stamper?.take() ?? []), ...this.loose(room - 1)];
    let taken = 0;
    for (const one of this.queue) {
      if (batch.length >= room || !this.isReady(one)) break;
      taken += 1;
      const record = 'since' in one ? this.recordOf(one) : gapRecord(one);
      if (record !== undefined) batch.push(record);
      advance(this.recall.spool, one.source);
    }
    this.queue.splice(0, taken);
    if (this.queue.length === 0) batch.push(...this.orphans(room - batch.length));
    return batch;
  }

  /** Both sides of the exchange are there, or have been waited for. */
  private isReady(one: Waiting | SpoolGap): boolean {
    if (this.evidence === undefined || !('since' in one) || one.record === undefined) return true;
    const parts = this.evidence.partsOf(one.id).map(({ part }) => part);
    if (parts.includes('request') && parts.includes('answer')) return true;
    // What was not looked for since cannot be called missing.
    const wait = this.settings.evidence.wait * 1000;
    return this.evidenceRead.until >= one.since + wait && Math.abs(this.evidenceRead.at - one.since) >= wait;
  }

  /** Undefined for a request that has its record already. */
  private recordOf({ record, id, source, raw }: Waiting): NewRecord | undefined {
    const { ids, orphans } = this.recall;
    if (record === undefined) return { kind: 'unreadable', members: { ...raw, source } };
    if (ids.has(id)) return undefined;
    ids.add(id);
    const evidence = this.evidence?.take(id) ?? [];
    const late = orphans.has(id) ? { after_orphan: true } : {};
    return { kind: 'access', members: { record, ...withEvidence(evidence), ...late, source } };
  }

  private loose(limit: number): readonly NewRecord[] {
    const loose = this.evidence?.takeLoose(limit) ?? [];
    return loose.map(({ ref, count }) => ({
      kind: ref.part === 'dropped' ? 'dropped' : 'evidence',
      members: { ...(count === undefined ? {} : { count }), evidence: [ref] },
    }));
  }

  private orphans(limit: number): readonly NewRecord[] {
    const before = this.world.now() - this.settings.evidence.orphan_wait * 1000;
    const orphans = this.evidence?.takeOrphans(before, Math.max(0, limit)) ?? [];
    return orphans.map(({ id, refs }) => {
      // The record went without it after its wait: this is the rest of it.
      const isLate = this.recall.ids.has(id);
      if (!isLate) this.recall.orphans.add(id);
      return { kind: isLate ? 'evidence' : 'orphan', members: { id, evidence: refs } };
    });
  }

  private position(): Position {
    forgetGone(this.recall.spool, this.spool.there);
    return positionOf(this.recall, this.evidence?.positions() ?? {});
  }

  /** A full disk is waited for, and told once: nothing is lost, the spool keeps what is to be written. */
  private async retried(write: () => Promise<unknown>, stop: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await write();
        if (this.told !== '') notify({ level: 'info', message: 'the audit chain can be written again' });
        this.told = '';
        return;
      } catch (error) {
        if (error instanceof ChainError || stop.aborted) throw error;
        this.tell(error);
        await pause(RETRY_MS, undefined, { signal: stop }).catch(() => undefined);
      }
    }
  }

  private tell(error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error);
    if (problem === this.told) return;
    this.told = problem;
    notify({ level: 'error', message: 'the audit chain cannot be written; trying again', fields: { problem } });
  }
}

const positionOf = ({ spool }: Recall, evidence: Position['evidence']): Position => ({
  spool: [...spool],
  evidence,
});

const withEvidence = (evidence: readonly EvidenceRef[]): Table => (evidence.length === 0 ? {} : { evidence });

const gapRecord = ({ source, bytes }: SpoolGap): NewRecord => ({
  kind: 'gap',
  members: { ...(bytes === undefined ? {} : { bytes }), source },
});
