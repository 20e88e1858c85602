import { notify } from '../../notices';
import { readChain, type ChainEntry, type ReadOptions } from '../chain';
import { inBatches, type Item } from './batches';
import { BEGINNING, SinkFolder, type Cursor } from './cursor';
import { reasonOf, type Delivery, type FarEnd } from './far-end';
import type { SinkSettings } from './sink-schema';

type Refusal = Extract<Delivery, { outcome: 'refused' }>;

export interface SinkWorld {
  /** Folder of the chain. */
  readonly directory: string;
  readonly node: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or rejects with the signal. */
  readonly pause: (milliseconds: number, stop: AbortSignal) => Promise<unknown>;
}

/**
 * Sends the records of one node's chain to a far end, in order, from where the far end has last acknowledged. Nothing is
 * held but the batch under way: the chain is the queue. After whatever end, a batch is sent again as it was, and each
 * record has an id that never changes, by which the far end knows it.
 */
export class Sink {
  private readonly settings: SinkSettings;
  private readonly world: SinkWorld;
  private readonly farEnd: FarEnd;
  private readonly folder: SinkFolder;
  private cursor: Cursor = BEGINNING;
  private trouble = '';

  constructor(settings: SinkSettings, world: SinkWorld, farEnd: FarEnd) {
    this.settings = settings;
    this.world = world;
    this.farEnd = farEnd;
    this.folder = new SinkFolder(world.directory, settings.name, world.node);
  }

  /** Sends until the signal. Never rejects: trouble is told, and tried again later. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await this.attempt(stop, true);
      await this.wait(this.settings.queue.max_retry_delay, stop);
    }
    await this.farEnd.close();
  }

  /** Sends what the chain holds; leaves the rest for the next time when the far end does not take it. Never rejects. */
  async drain(stop: AbortSignal): Promise<void> {
    await this.attempt(stop, false);
    await this.farEnd.close();
  }

  private async attempt(stop: AbortSignal, follow: boolean): Promise<void> {
    try {
      this.cursor = await this.folder.read();
      while (!(await this.pass(stop, follow))) this.cursor = { ...BEGINNING, refused: this.cursor.refused };
    } catch (error) {
      this.tell((error as Error).message);
    }
  }

  /** False when the chain is another than the one the cursor is of: then all of it is new. */
  private async pass(stop: AbortSignal, follow: boolean): Promise<boolean> {
    const { max_batch_size: size, max_coalescing_delay: delay } = this.settings.queue;
    if (this.cursor.seq > 0 && (await this.first(this.cursor.seq)) === undefined) return this.behind();
    const entries = this.entries(this.cursor.seq, follow ? { follow: stop } : {});
    if (this.cursor.seq > 0) {
      const last = await entries.next();
      if (last.done === true) return true;
      if (last.value.hash !== this.cursor.hash) return this.restart(last.value);
    }
    const limits = { size, delayMs: delay * 1000, first: this.cursor.sending };
    for await (const batch of inBatches(entries, limits)) {
      if (stop.aborted || !(await this.deliver(batch, stop, follow))) return true;
    }
    return true;
  }

  private entries(from: number, more: ReadOptions = {}): AsyncGenerator<ChainEntry> {
    const { node, directory } = this.world;
    return readChain(directory, { node, from: { [node]: Math.max(1, from) }, ...more });
  }

  /** The first record that is there, of those from this number on. */
  private async first(from: number): Promise<ChainEntry | undefined> {
    for await (const entry of this.entries(from)) return entry;
    return undefined;
  }

  /** The chain has not got as far as was sent: another that is shorter, one that was cut, or none at the moment. */
  private async behind(): Promise<boolean> {
    const first = await this.first(1);
    const { chain } = this.cursor;
    if (first !== undefined && chain !== undefined && first.chain !== chain) return this.restart(first);
    this.tell(`the chain ends before record ${this.cursor.seq}, which this sink has sent`);
    return true;
  }

  private restart({ seq }: ChainEntry): false {
    notify({
      level: 'warn',
      message: 'the chain is another than the one this sink has sent; it sends this one from its beginning',
      fields: { sink: this.settings.name, seq },
    });
    return false;
  }

  /** True when the far end has the batch, or refuses it for good. */
  private async deliver(batch: readonly Item[], stop: AbortSignal, again: boolean): Promise<boolean> {
    const { initial_retry_delay, max_retry_delay, max_retry_time } = this.settings.queue;
    const last = batch.at(-1)?.entry;
    if (last === undefined) return true;
    await this.move({ ...this.cursor, sending: last.seq });
    const began = this.world.now();
    for (let delay = initial_retry_delay; ; delay = Math.min(delay * 2, max_retry_delay)) {
      const delivery = await this.handOver(batch);
      if (delivery.outcome === 'taken') {
        this.tell('');
        await this.move({ ...placeOf(last), refused: this.cursor.refused });
        return true;
      }
      if (delivery.outcome === 'refused') return this.refused(batch, delivery, stop, again);
      this.tell(delivery.why);
      if (max_retry_time !== null && this.world.now() - began >= max_retry_time * 1000) {
        return this.bury(batch, delivery.why);
      }
      if (!again) return false;
      await this.wait(Math.max(delay, Math.min(delivery.after ?? 0, max_retry_delay)), stop);
      if (stop.aborted) return false;
    }
  }

  private handOver(batch: readonly Item[]): Promise<Delivery> {
    return this.farEnd.deliver(batch).catch((error: unknown) => ({ outcome: 'later', why: reasonOf(error) }));
  }

  /** One bad record must not take the others with it: halves are sent by themselves, down to the one that is refused. */
  private async refused(batch: readonly Item[], refusal: Refusal, stop: AbortSignal, again: boolean): Promise<boolean> {
    if (batch.length === 1 || refusal.whole === true) return this.bury(batch, refusal.why);
    const middle = batch.length >> 1;
    if (!(await this.deliver(batch.slice(0, middle), stop, again)) || stop.aborted) return false;
    return this.deliver(batch.slice(middle), stop, again);
  }

  private async bury(batch: readonly Item[], why: string): Promise<true> {
    const at = new Date(this.world.now()).toISOString();
    await this.folder.bury(batch.map(({ text }) => `{"at":"${at}","why":${JSON.stringify(why)},"record":${text}}`));
    const last = placeOf(batch.at(-1)?.entry ?? this.cursor);
    await this.move({ ...last, refused: this.cursor.refused + batch.length });
    notify({
      level: 'error',
      message: `the far end of an audit sink refuses records: ${why}; they are in its dead letters`,
      fields: { sink: this.settings.name, records: batch.length, refused_so_far: this.cursor.refused, seq: last.seq },
    });
    return true;
  }

  private async move(cursor: Cursor): Promise<void> {
    await this.folder.write(cursor);
    this.cursor = cursor;
  }

  /** Says what is wrong once, and once when it is over. */
  private tell(trouble: string): void {
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    const fields = { sink: this.settings.name, seq: this.cursor.seq };
    if (trouble === '') notify({ level: 'info', message: 'an audit sink sends again', fields });
    else notify({ level: 'warn', message: `an audit sink waits: ${trouble}`, fields });
  }

  private async wait(seconds: number, stop: AbortSignal): Promise<void> {
    await this.world.pause(seconds * 1000, stop).catch(() => undefined);
  }
}

type Place = Pick<Cursor, 'seq' | 'hash' | 'chain'>;

const placeOf = ({ seq, hash, chain }: Place): Place => ({ seq, hash, ...(chain === undefined ? {} : { chain }) });
