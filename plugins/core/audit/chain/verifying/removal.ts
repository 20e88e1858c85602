import type { Members } from '../line';
import { readChain } from '../reader';

/** What the chain says of a file of evidence that `modi audit prune` has removed. */
export interface RemovalProof {
  readonly file: string;
  /** The record that seals it. */
  readonly node: string;
  readonly seq: number;
  /** RFC 3339: when it was removed. */
  readonly at: string;
  /** Whether everything in the file was older than its retention by then, as the proof itself says. */
  readonly inTime: boolean;
}

/** The proofs in the chains of a folder, by file; of one that was proved twice the first. @throws ChainError for damage. */
export async function removalProofs(directory: string): Promise<ReadonlyMap<string, RemovalProof>> {
  const proofs = new Map<string, RemovalProof>();
  for await (const { kind, node, seq, members } of readChain(directory)) {
    if (kind !== 'removed') continue;
    const removed = (members['removed'] ?? {}) as Members;
    const { file, told_at: at } = removed;
    if (typeof file !== 'string' || typeof at !== 'string' || proofs.has(file)) continue;
    proofs.set(file, { file, node, seq, at, inTime: isInTime(removed, at) });
  }
  return proofs;
}

/** A file without a single line has no `to`, and nothing that could be missed. */
function isInTime({ lines, to, retention }: Members, at: string): boolean {
  if (lines === 0) return true;
  const [youngest, seconds] = [Date.parse(String(to)), Number(retention)];
  return youngest + seconds * 1000 <= Date.parse(at);
}
