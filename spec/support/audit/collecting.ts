import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  checkEvidence,
  Collector,
  readChain,
  readSettings,
  tableOf,
  verifyFolder,
  type ChainEntry,
  type ChainSigner,
  type Finding,
} from '../../../plugins/core/audit';
import { tempFolder } from '../temp';
import { START } from './chain';
import { kongLine } from './kong-lines';

const never = new AbortController().signal;

/** What modi-audit leaves in Kong's record of a request whose evidence it keeps. */
export const KEPT = { organization: 'ente', evidence: 'integrity', durability: 'async', config_version: 'abc' };

/** A node's spool, evidence and chain in a folder of the test, and collectors that run on them. */
export class Collecting {
  readonly folder = tempFolder();
  /** The only clock there is, in milliseconds since the epoch. */
  now = START;
  readonly log = join(this.folder, 'access.log');
  readonly audit = join(this.folder, 'audit');
  readonly evidenceFolder = join(this.folder, 'evidence');
  readonly evidenceFile = join(this.evidenceFolder, 'evidence-kong_1-1-1000-0.jsonl');
  private readonly signer: ChainSigner;
  private readonly settings: Readonly<Record<string, unknown>>;

  /** `settings` are put over those of the collector's file. */
  constructor(signer: ChainSigner, settings: Readonly<Record<string, unknown>> = {}) {
    this.signer = signer;
    this.settings = settings;
    for (const name of [this.audit, this.evidenceFolder]) mkdirSync(name, { mode: 0o700 });
  }

  /** Kong's lines of accepted requests that took 10 ms, in order. */
  write(...ids: readonly string[]): void {
    for (const id of ids) this.writeLine(id);
  }

  writeLine(id: string, change: Readonly<Record<string, unknown>> = {}): void {
    appendFileSync(this.log, kongLine(id, { started_at: this.now, latencies: { request: 10 }, ...change }));
  }

  /** A line of evidence; answers its hash. */
  prove(id: string | undefined, part: string, more: object = {}, file = this.evidenceFile): string {
    const of = id === undefined ? {} : { request_id: id };
    const line = JSON.stringify({ v: 1, ...of, part, at: new Date(this.now).toISOString(), ...more });
    appendFileSync(file, `${line}\n`);
    return createHash('sha256').update(line).digest('hex');
  }

  collector({ withEvidence = false } = {}): Promise<Collector> {
    const settings = readSettings({
      organization: 'Ente',
      spool: [this.log],
      evidence: { wait: 2, orphan_wait: 60 },
      ...this.settings,
      chain: {
        ...{ directory: this.audit, key: { file: 'x' }, checkpoint_records: 20, segment_bytes: 20_000 },
        ...tableOf(this.settings['chain']),
      },
    });
    return Collector.open(settings, {
      now: () => this.now,
      newId: () => 'chain',
      signer: () => this.signer,
      spool: [this.log],
      evidence: withEvidence ? this.evidenceFolder : undefined,
      chain: this.audit,
      witness: undefined,
      node: 'kong-1',
      version: '0',
    });
  }

  /** Runs a collector until it has nothing to do; `killed` leaves it as a kill would. */
  async collect({ withEvidence = false, killed = false } = {}): Promise<void> {
    const one = await this.collector({ withEvidence });
    await settle(one);
    if (killed) await one.abandon();
    else await one.close(never);
  }

  /** Every record, of a chain that is intact. */
  async entries(kind?: string): Promise<readonly ChainEntry[]> {
    expect((await verifyFolder(this.audit)).findings).toEqual([]);
    const all: ChainEntry[] = [];
    for await (const entry of readChain(this.audit)) all.push(entry);
    return kind === undefined ? all : all.filter((entry) => entry.kind === kind);
  }

  /** Ids of the access records, in order. */
  async ids(): Promise<readonly unknown[]> {
    return (await this.entries('access')).map((entry) => recordIn(entry)['id']);
  }

  /** What is wrong with the evidence, by the chain. */
  async evidenceFindings(): Promise<readonly Finding[]> {
    const found: Finding[] = [];
    for await (const finding of checkEvidence(this.audit, this.evidenceFolder)) found.push(finding);
    return found;
  }
}

/** As many steps as there is something to do. */
export async function settle(collector: Collector): Promise<void> {
  while (await collector.step(never));
}

export const closed = (collector: Collector): Promise<void> => collector.close(never);

export const recordIn = ({ members }: ChainEntry): Readonly<Record<string, unknown>> =>
  members['record'] as Readonly<Record<string, unknown>>;

/** The references to evidence that a record has. */
export const refsIn = (entry: ChainEntry | undefined) =>
  (entry?.members['evidence'] ?? []) as { part: string; sha256: string; file: string; offset: number }[];

/** `r<from>` to `r<to>`. */
export const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `r${from + index}`);
