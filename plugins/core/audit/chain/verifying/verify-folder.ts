import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../findings';
import { openFolder, type ChainFolder } from '../folder';
import { knownCheckpoints, nodesOf, type Witness } from './known-checkpoints';
import { verifyChain, type ChainOptions, type ChainVerdict, type VerifiedUpTo } from './verify-chain';

export interface Progress {
  readonly records: number;
  readonly bytes: number;
  readonly ofBytes: number;
}

export interface VerifyOptions extends Omit<ChainOptions, 'onPiece'> {
  /** What was verified before, by node; those records are not read again. */
  readonly from?: ReadonlyMap<string, VerifiedUpTo>;
  /** Checkpoints that were kept elsewhere. */
  readonly witness?: Witness;
  /** Told after each piece; answering false stops the verification where it stands. */
  readonly onProgress?: (progress: Progress) => boolean;
}

export interface FolderVerdict {
  readonly findings: readonly Finding[];
  readonly chains: readonly ChainVerdict[];
  /** Records read now. */
  readonly records: number;
  readonly bytes: number;
  /** False when it was stopped. */
  readonly complete: boolean;
  /** Lines of the witness that are no checkpoints, such as one that was cut off when it was written. */
  readonly unreadableWitness: number;
}

/** Verifies every chain of a folder. Rejects with the error of the file system. */
export async function verifyFolder(directory: string, options: VerifyOptions = {}): Promise<FolderVerdict> {
  const { from, witness, onProgress, ...chainOptions } = options;
  // Heads first: a collector may be at work, and its chain is never shorter than its head was.
  const folder = await openFolder(directory);
  const heads = await knownCheckpoints(directory, folder, witness);
  const ofBytes = await bytesToRead(directory, folder, from);
  const findings: Finding[] = [...heads.findings, ...folder.unknown.map(unknownFile)];
  const chains: ChainVerdict[] = [];
  let [records, bytes, complete] = [0, 0, true];
  const onPiece = (moreRecords: number, moreBytes: number): boolean => {
    records += moreRecords;
    bytes += moreBytes;
    complete = onProgress?.({ records, bytes, ofBytes }) !== false;
    return complete;
  };
  for (const node of nodesExpected(folder, options)) {
    const segments = folder.nodes.get(node);
    if (segments === undefined) {
      findings.push({ code: 'AUDIT_CHAIN_MISSING', node, file: '', seq: 1, details: { missing: node } });
      continue;
    }
    const chain = { directory, node, segments, known: heads.known.get(node) ?? [], before: from?.get(node) };
    const verified = await verifyChain(chain, { ...chainOptions, onPiece });
    findings.push(...verified.findings);
    if (verified.verdict !== undefined) chains.push(verified.verdict);
    if (!complete) break;
  }
  return { findings, chains, records, bytes, complete, unreadableWitness: heads.unreadable };
}

/** The nodes that have segments, and those that should. */
function nodesExpected({ nodes, heads }: ChainFolder, { witness, from }: VerifyOptions): readonly string[] {
  return [...new Set([...nodes.keys(), ...heads.keys(), ...nodesOf(witness), ...(from?.keys() ?? [])])].sort();
}

async function bytesToRead(directory: string, { nodes }: ChainFolder, from: VerifyOptions['from']): Promise<number> {
  const sizes = [...nodes.values()].flat().map(async ({ name }) => (await stat(join(directory, name))).size);
  const before = [...(from?.values() ?? [])].reduce((sum, { offset }) => sum + offset, 0);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) - before;
}

const unknownFile = (file: string): Finding => ({ code: 'AUDIT_FILE_UNKNOWN', node: '', file, seq: 0, details: {} });
