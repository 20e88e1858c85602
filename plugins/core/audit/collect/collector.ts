import { setTimeout as pause } from 'node:timers/promises';
import { ChainWriter, type ChainSigner, type NewRecord } from '../chain';
import { redaction } from '../record';
import { Stamper } from '../timestamp';
import { EvidenceIndex } from './evidence-index';
import { Join } from './join';
import { Patience } from './patience';
import { changesOf, reachOf, Recall, type Position } from './recall';
import type { CollectorSettings } from './settings';
import { advance, forgetGone, Spool, type SpoolGap } from './spool';
import { gapRecord, unreadableRecord, waitingOf, type Waiting } from './waiting';

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
  /** The secret of `pseudonyms`; undefined when none was named. */
  readonly pseudonymKey?: Buffer | undefined;
  readonly node: string;
  /** Version of the pack, for the record of the start. */
  readonly version: string;
}

const LINES_AT_ONCE = 2_000;
const IDLE_MS = 100;

/**
 * Turns the spool, joined with the evidence, into the chain: one record for each request, in the order of the spool, so
 * that the last record of the chain says where the spool is read on. Memory is bounded: of a line that waits its record is
 * kept, of evidence only where it is.
 */
export class Collector {
  private readonly world: CollectorWorld;
  private readonly writer: ChainWriter;
  private readonly recall: Recall;
  private readonly spool: Spool;
  private readonly evidence: EvidenceIndex | undefined;
  private readonly join: Join;
  private readonly stamper: Stamper | undefined;
  private readonly patience = new Patience({
    fails: 'the audit chain cannot be written; trying again',
    over: 'the audit chain can be written again',
  });
  private readonly readingPatience = new Patience(
    {
      fails: 'the spool or the evidence cannot be read; trying again',
      over: 'the spool and the evidence can be read again',
    },
    () => this.spool.trouble,
  );
  private readonly queue: (Waiting | SpoolGap)[] = [];

  private constructor(settings: CollectorSettings, world: CollectorWorld, writer: ChainWriter, recall: Recall) {
    this.world = world;
    this.writer = writer;
    this.recall = recall;
    this.spool = new Spool(world.spool, recall.spool);
    const asker = { isRecorded: (id: string) => recall.ids.has(id), last: () => writer.last };
    this.evidence =
      world.evidence === undefined ? undefined : new EvidenceIndex(world.evidence, recall.evidenceStart(), asker);
    const { wait, orphan_wait: orphanWait } = settings.evidence;
    const times = { wait: wait * 1000, orphanWait: orphanWait * 1000 };
    this.join = new Join(this.evidence, recall, redaction(settings, world.pseudonymKey), times);
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
        readBack: {
          visit: ({ kind, members }) => {
            recall.see(kind, members);
          },
          reach: reachOf,
        },
        changes: changesOf,
      },
      { collector: world.version, spool: world.spool },
      () => recall.position(),
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

  /**
   * Collects until nothing is left to do, or the signal; then seals the chain and closes it.
   * @throws ChainError when the chain was changed; the error of the file system for what cannot be read.
   */
  async catchUp(stop: AbortSignal): Promise<void> {
    while (!stop.aborted && ((await this.step(stop, false)) || this.queue.length > 0)) {
      if (this.spool.trouble !== undefined) throw this.spool.trouble;
      if (this.queue.length > 0) await pause(IDLE_MS / 10, undefined, { signal: stop }).catch(() => undefined);
    }
    await this.close(stop);
  }

  /** Seals the chain and closes it. */
  async close(stop: AbortSignal): Promise<void> {
    await this.patience.retried(() => this.writer.close(this.position()), stop);
  }

  /** Lets go of the chain as it is, as a process that is killed does. */
  abandon(): Promise<void> {
    return this.writer.abandon();
  }

  /**
   * Reads what is new and writes what is ready. Answers whether there was anything to do.
   * @param waits whether what cannot be read is waited for, as what cannot be written always is
   */
  async step(stop: AbortSignal, waits = true): Promise<boolean> {
    const before = this.writer.last;
    const isSpoolRead = await (waits ? this.readingPatience.retried(() => this.read(), stop) : this.read());
    const batch = this.nextBatch(isSpoolRead);
    if (batch.length > 0) await this.patience.retried(() => this.writer.append(batch, this.position()), stop);
    else await this.patience.retried(() => this.writer.tick(this.position()), stop);
    this.stamper?.look(this.writer.sealed);
    return this.writer.last > before;
  }

  /** Reads the spool, and the evidence as far as that is needed. Answers whether all of the spool was read. */
  private async read(): Promise<boolean> {
    const isSpoolRead = await this.readSpool();
    const [head] = this.queue;
    if (head === undefined || !this.isReady(head)) await this.join.look(this.world.now(), isSpoolRead);
    return isSpoolRead;
  }

  /** Answers whether all that there is was read. */
  private async readSpool(): Promise<boolean> {
    if (this.queue.length >= LINES_AT_ONCE) return false;
    const found = await this.spool.read(LINES_AT_ONCE);
    for (const one of found) {
      if (one.kind === 'gap') {
        this.queue.push(one);
        continue;
      }
      const waiting = waitingOf(one, this.world.now());
      this.join.expect(waiting);
      this.queue.push(waiting);
    }
    return this.spool.isRead;
  }

  /** The records that can be written now, at most as many as fit before the next checkpoint. */
  private nextBatch(isSpoolRead: boolean): NewRecord[] {
    const room = this.writer.room;
    const batch: NewRecord[] = [...(this.stamper?.take(this.writer.sealed) ?? []), ...this.join.loose(room - 1)];
    let taken = 0;
    for (const one of this.queue) {
      if (batch.length >= room || !this.isReady(one)) break;
      taken += 1;
      const record = this.recordOf(one);
      if (record !== undefined) batch.push(record);
      advance(this.recall.spool, one.source);
    }
    this.queue.splice(0, taken);
    if (isSpoolRead) batch.push(...this.join.orphans(this.world.now(), room - batch.length));
    return batch;
  }

  private isReady(one: Waiting | SpoolGap): boolean {
    return one.kind === 'gap' || this.join.isReady(one);
  }

  private recordOf(one: Waiting | SpoolGap): NewRecord | undefined {
    if (one.kind === 'gap') return gapRecord(one);
    return one.exchange === undefined ? unreadableRecord(one) : this.join.recordOf(one.exchange, one.source);
  }

  private position(): Position {
    forgetGone(this.recall.spool, this.spool.there);
    const { spool } = this.recall;
    if (this.evidence === undefined) return { ...this.recall.position(), spool: [...spool] };
    return { spool: [...spool], evidence: this.evidence.positions(), evidence_since: this.evidence.since() };
  }
}
