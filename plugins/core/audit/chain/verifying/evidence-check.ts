import { EvidenceStore, refsIn, type EvidenceRef } from '../evidence-store';
import type { Finding, FindingCode } from '../findings';
import { sha256 } from '../line';
import { readChain } from '../reader';
import { removalProofs, type RemovalProof } from './removal';

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
        const line = await store.lineAt(ref);
        const found = Buffer.isBuffer(line) ? sha256(line) : line;
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
  { sha256, file }: EvidenceRef,
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
