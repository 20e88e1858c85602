import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../findings';
import type { ChainFolder } from '../folder';
import { hashHolds, readLine, type ChainLine } from '../line';
import { headName } from '../names';
import type { ChainState } from '../state';
import type { KnownLine } from './judge';

/** A checkpoint that stands also elsewhere than in its chain. */
export interface KnownCheckpoint extends KnownLine {
  readonly line: ChainLine;
}

/** Checkpoints that were kept elsewhere: their lines, and the name of their file. */
export interface Witness {
  readonly file: string;
  readonly lines: readonly Buffer[];
}

/** What is known of the chains of a folder beside them. */
interface Knowledge {
  /** By node. */
  readonly known: ReadonlyMap<string, readonly KnownCheckpoint[]>;
  /** What is wrong with the heads. */
  readonly findings: readonly Finding[];
  /** Lines of the witness that are no checkpoints. */
  readonly unreadable: number;
}

/** The checkpoints in the heads of a folder and with a witness. */
export async function knownCheckpoints(
  directory: string,
  { heads }: ChainFolder,
  witness: Witness | undefined,
): Promise<Knowledge> {
  const known = new Map<string, KnownCheckpoint[]>();
  const findings: Finding[] = [];
  let unreadable = 0;
  const add = (node: string, checkpoint: KnownCheckpoint): void => {
    const others = known.get(node);
    if (others === undefined) known.set(node, [checkpoint]);
    else others.push(checkpoint);
  };
  for (const [node, file] of heads) {
    const bytes = await readFile(join(directory, file));
    const checkpoint = bytes.at(-1) === 0x0a ? checkpointIn(bytes.subarray(0, -1), file) : undefined;
    if (checkpoint !== undefined) add(node, checkpoint);
    else findings.push({ code: 'AUDIT_HEAD_FORGED', node, file, seq: 0, details: { file } });
  }
  for (const bytes of witness?.lines ?? []) {
    const checkpoint = checkpointIn(bytes, witness?.file ?? '');
    const node = nodeOfCheckpoint(bytes);
    if (checkpoint !== undefined && node !== undefined) add(node, checkpoint);
    else unreadable += 1;
  }
  return { known, findings, unreadable };
}

/** The nodes that a witness knows. */
export const nodesOf = (witness: Witness | undefined): readonly string[] =>
  (witness?.lines ?? []).flatMap((line) => nodeOfCheckpoint(line) ?? []);

/** What of that which was known to be in a chain is not there, now that all of it was read. */
export function missingAtEnd(state: ChainState, known: readonly KnownCheckpoint[]): readonly Finding[] {
  const { node, seq: last } = state;
  const findings: Finding[] = [];
  const marks = new Map(state.checkpoints.map(({ seq, hash }) => [seq, hash]));
  for (const { line, file } of known) {
    if (line.seq > last) {
      const details = { last, seq: line.seq };
      findings.push({ code: 'AUDIT_CHAIN_TRUNCATED', node, file, seq: last + 1, details });
    } else if ((marks.get(line.seq) ?? line.hash) !== line.hash) {
      findings.push({ code: 'AUDIT_HEAD_FORGED', node, file, seq: line.seq, details: { file } });
    }
  }
  // A chain that has just begun may not have got its head yet.
  const file = headName(node);
  if (state.checkpointCount > 1 && !known.some((one) => one.file === file)) {
    findings.push({ code: 'AUDIT_HEAD_MISSING', node, file, seq: last, details: { file } });
  }
  return findings;
}

function checkpointIn(bytes: Buffer, file: string): KnownCheckpoint | undefined {
  const line = readLine(bytes);
  return line?.kind === 'checkpoint' && hashHolds(bytes, line) ? { line, bytes, file } : undefined;
}

/** The node that a checkpoint names in what it signs. */
function nodeOfCheckpoint(bytes: Buffer): string | undefined {
  const [, payload = ''] = /"jws":"[\w-]+\.([\w-]+)\./.exec(bytes.toString('latin1')) ?? [];
  const [, node] = /"node":"([^"]+)"/.exec(Buffer.from(payload, 'base64url').toString('utf8')) ?? [];
  return node;
}
