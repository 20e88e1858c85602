import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { farEndOf, readSettings, Sink, type ChainWriter } from '../../../plugins/core/audit';
import { setNoticeSink, type Notice } from '../../../plugins/core/notices';
import { tempFolder } from '../temp';
import { appendSome, chainSigner, openChain, START } from './chain';

/** A record as every far end gets it. */
export interface Sent {
  readonly id: string;
  readonly node: string;
  readonly entry: { readonly seq: number; readonly kind: string; readonly hash: string };
}

export const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
export const numbers = (items: readonly Sent[]): number[] => items.map(({ entry }) => entry.seq);
export const sent = (text: string): Sent => JSON.parse(text) as Sent;

/** A signal that never comes. */
export const never = new AbortController().signal;

/** The settings of one sink called `siem`, as the collector reads them. */
export function sinkSettings(more: object) {
  const [settings] = readSettings({
    organization: 'Ente',
    spool: ['x'],
    chain: { directory: 'x', key: { file: 'x' } },
    sinks: [{ name: 'siem', queue: { max_batch_size: 7 }, ...more }],
  }).sinks;
  if (settings === undefined) throw new Error('no sink');
  return settings;
}

/** A chain of the test's own, and sinks on it. */
export class SinkBench {
  readonly folder: string;
  readonly writer: ChainWriter;
  /** What the operator is told. */
  readonly told: Notice[] = [];
  /** Of the sinks, in milliseconds since the epoch. */
  now = START;
  /** For how long the sinks have waited, in seconds, one after the other. The clock goes on with them, and nobody sleeps. */
  readonly waited: number[] = [];

  private constructor(folder: string, writer: ChainWriter) {
    this.folder = folder;
    this.writer = writer;
    const before = setNoticeSink((notice) => this.told.push(notice));
    onTestFinished(async () => {
      setNoticeSink(before);
      await writer.abandon();
    });
  }

  /** A chain with so many records of exchanges, and what belongs to a chain beside. */
  static async make(records = 0): Promise<SinkBench> {
    const [folder, signer] = [join(tempFolder(), 'audit'), await chainSigner()];
    const bench = new SinkBench(folder, await openChain({ directory: folder, signer: () => signer }));
    await bench.append(records);
    return bench;
  }

  append(records: number): Promise<void> {
    return appendSome(this.writer, records, this.writer.last + 1);
  }

  /** A new sink on the same folder, as after a restart. */
  sink(more: object): Sink {
    const settings = sinkSettings(more);
    const pause = (milliseconds: number): Promise<unknown> => {
      this.now += milliseconds;
      this.waited.push(milliseconds / 1000);
      return turn();
    };
    const world = { directory: this.folder, node: 'kong-1', now: () => this.now, pause };
    return new Sink(
      settings,
      world,
      farEndOf(settings, (name) => name, 'sinks[1]'),
    );
  }

  drain(more: object): Promise<void> {
    return this.sink(more).drain(never);
  }

  /** Numbers of all records that there are. */
  get all(): number[] {
    return upTo(this.writer.last);
  }

  /** What went to the dead letters. */
  dead(): { why: string; record: Sent }[] {
    const path = join(this.folder, '.sinks/siem/kong-1.dead.jsonl');
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { why: string; record: Sent });
  }

  /** What was said on waiting, in order. */
  get waits(): string[] {
    return this.told.filter(({ level }) => level === 'warn').map(({ message }) => message);
  }
}
