import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding, FindingCode } from './findings';
import { sha256, type Members } from './line';
import { LineReader } from './lines';
import { readChain } from './reader';
import { removalProofs, type RemovalProof } from './removal';

/** A reference to a line of the evidence store, as records have it. */
interface Ref {
  readonly part: string;
  readonly sha256: string;
  readonly file: string;
  readonly offset: number;
}

const PLAIN_NAME = /^evidence-[\w.-]+\.jsonl$/;
/** Exchanges that run at once write to few files. */
const MOST_OPEN = 16;

/** What a check has seen so far, beside its findings. */
export interface EvidenceTally {
  /** Lines that are what they were. */
  good: number;
  /** Lines that went with their file when its retention was over, by file. */
  readonly removed: Map<string, { readonly proof: RemovalProof; lines: number }>;
}

export const newTally = (): EvidenceTally => ({ good: 0, removed: new Map() });

/**
 * Compares the evidence in a folder with what the chains say of it: each line that a record refers to is there and is the
 * one that was there then, or its file was removed after its retention and the chain has the proof. The chains are
 * verified as they are read.
 *
 * @throws ChainError for a damaged chain; the error of the file system when the folder cannot be read.
 */
export async function* checkEvidence(
  directory: string,
  evidence: string,
  tally: EvidenceTally = newTally(),
): AsyncGenerator<Finding> {
  const proofs = await removalProofs(directory);
  const store = new EvidenceStore(evidence);
  try {
    for await (const { node, seq, members, file, offset } of readChain(directory)) {
      for (const ref of refsIn(members)) {
        const found = await store.hashAt(ref);
        const code = judged(found, ref, proofs.get(ref.file), tally);
        if (code === undefined) continue;
        const details = { part: ref.part, evidence: `${ref.file} byte ${ref.offset}` };
        yield { code, node, file, seq, offset, details };
      }
    }
  } finally {
    await store.close();
  }
}

/** What is wrong with a line; undefined, and counted, when nothing is. */
function judged(
  found: string | undefined,
  { sha256, file }: Ref,
  proof: RemovalProof | undefined,
  tally: EvidenceTally,
): FindingCode | undefined {
  if (found === sha256) {
    tally.good += 1;
    return undefined;
  }
  // A file of which only a part is missing was not removed by rule.
  if (found !== 'gone' || proof === undefined) {
    return found === undefined || found === 'gone' ? 'AUDIT_EVIDENCE_MISSING' : 'AUDIT_EVIDENCE_EDITED';
  }
  if (!proof.inTime) return 'AUDIT_EVIDENCE_REMOVED_EARLY';
  const removed = tally.removed.get(file) ?? { proof, lines: 0 };
  removed.lines += 1;
  tally.removed.set(file, removed);
  return undefined;
}

const refsIn = ({ evidence }: Members): readonly Ref[] => (Array.isArray(evidence) ? (evidence as readonly Ref[]) : []);

class EvidenceStore {
  private readonly folder: string;
  private readonly files = new Map<string, FileHandle | undefined>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Undefined when there is no such line, `gone` when there is no such file. */
  async hashAt({ file, offset }: Ref): Promise<string | undefined> {
    const handle = await this.fileOf(file);
    if (handle === undefined) return 'gone';
    const [line] = await new LineReader(handle, offset).next();
    return line === undefined ? undefined : sha256(line.bytes);
  }

  async close(): Promise<void> {
    for (const handle of this.files.values()) await handle?.close();
    this.files.clear();
  }

  private async fileOf(name: string): Promise<FileHandle | undefined> {
    if (this.files.has(name)) return this.files.get(name);
    if (this.files.size >= MOST_OPEN) await this.close();
    // The name comes from the chain, and leads nowhere but into the store.
    const handle = PLAIN_NAME.test(name) ? await opened(join(this.folder, name)) : undefined;
    this.files.set(name, handle);
    return handle;
  }
}

async function opened(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
