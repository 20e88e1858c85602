import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readStretch, type ChainState } from '../../core/audit';
import { Bundle } from './bundle';
import { putCheckpoint } from './checkpoint';
import type { EvidenceSource } from './evidence-source';
import { ExchangePart, type PlacedRecord } from './exchange';
import type { FoundExchange, FoundRecord, SealsOfNode } from './find';
import { instructions } from './instructions';
import type { Note } from './notes';
import { stretchesOf, type Stretch } from './stretches';

/** What a bundle is made from. */
export interface BundleSources {
  /** The folder of the chains, and each as its verification has found it, by node. */
  readonly directory: string;
  readonly chains: ReadonlyMap<string, ChainState>;
  readonly seals: ReadonlyMap<string, SealsOfNode>;
  readonly exchanges: readonly FoundExchange[];
  readonly evidence: EvidenceSource | undefined;
  /** Go on to the next checkpoint with a time stamp. */
  readonly stamped: boolean;
}

/** A bundle, ready to be written. */
export interface BuiltBundle {
  readonly files: ReadonlyMap<string, Buffer>;
  /** Of manifest.json, and so of the whole. */
  readonly sha256: string;
  readonly notes: readonly Note[];
  /** Records of other requests that stand in the stretches of the chain. */
  readonly others: number;
}

/**
 * Makes the evidence bundle of some exchanges.
 *
 * @throws ChainError when the chain between a record and its checkpoint is not what was written, or evidence is not what the
 * record refers to. CliError CLI_AUDIT_UNSEALED for a record that no checkpoint covers, CLI_KEY for a key that does not open.
 */
export async function buildBundle(sources: BundleSources): Promise<BuiltBundle> {
  const { exchanges, seals, stamped, evidence } = sources;
  const bundle = new Bundle();
  const chain = new ChainPart(bundle, sources);
  bundle.section('The chain');
  for (const stretch of stretchesOf(
    exchanges.flatMap(({ records }) => records),
    seals,
    stamped,
  )) {
    await chain.put(stretch);
  }
  const about: object[] = [];
  for (const [index, exchange] of exchanges.entries()) {
    const folder = `exchange-${index + 1}`;
    const placed = exchange.records.map((found) => chain.placeOf(found));
    await new ExchangePart(bundle, folder, evidence).put(exchange, placed);
    const records = exchange.records.map(({ node, seq, at, kind }) => ({ node, seq, at, kind }));
    about.push({ id: exchange.id, folder, records });
  }
  bundle.put('verify.sh', readFileSync(join(__dirname, 'verify.sh')));
  for (const [name, text] of instructions(bundle, exchanges)) bundle.put(name, text);
  const { files, sha256 } = bundle.finish({ exchanges: about, notes: bundle.notes });
  return { files, sha256, notes: bundle.notes, others: chain.accessRecords - accessRecordsIn(exchanges) };
}

const accessRecordsIn = (exchanges: readonly FoundExchange[]): number =>
  exchanges.flatMap(({ records }) => records).filter(({ kind }) => kind === 'access').length;

/** The stretches of the chain in the bundle, with their checkpoints. */
class ChainPart {
  /** Records of requests in all stretches. */
  accessRecords = 0;
  private readonly bundle: Bundle;
  private readonly sources: BundleSources;
  private readonly placed: { readonly from: FoundRecord; readonly path: string; readonly lines: readonly Buffer[] }[] =
    [];

  constructor(bundle: Bundle, sources: BundleSources) {
    this.bundle = bundle;
    this.sources = sources;
  }

  async put({ from, to, checkpoints }: Stretch): Promise<void> {
    const { directory, chains, seals } = this.sources;
    const { node, seq: first } = from;
    const state = chains.get(node);
    if (state === undefined) throw new Error(`no chain of ${node} was verified`);
    const lines = await readStretch(directory, state, from, to);
    const path = `chain/${node}/${first}-${to}.jsonl`;
    this.bundle.put(path, Buffer.concat(lines.flatMap((line) => [line, LINE_FEED])));
    this.bundle.check('stretch', path, first, to);
    for (const seq of [...checkpoints].toSorted((one, other) => one - other)) {
      const line = lines[seq - first];
      if (line === undefined) throw new Error(`the stretch ${path} ends before its checkpoint`);
      const place = { folder: `chain/${node}/checkpoint-${seq}`, stretch: path, number: seq - first + 1 };
      putCheckpoint(this.bundle, place, line, state.signers, seals.get(node)?.stamps.get(seq));
    }
    this.accessRecords += lines.filter((line) => line.includes('","kind":"access","')).length;
    this.placed.push({ from, path, lines });
  }

  placeOf(found: FoundRecord): PlacedRecord {
    for (const { from, path, lines } of this.placed) {
      const index = found.seq - from.seq;
      const line = from.node === found.node ? lines[index] : undefined;
      if (line !== undefined) return { found, line, stretch: path, number: index + 1 };
    }
    throw new Error(`the record ${found.seq} of ${found.node} stands in no stretch`);
  }
}

const LINE_FEED = Buffer.from('\n');
