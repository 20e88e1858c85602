import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { ChainError } from './chain-error';
import { openFolder } from './folder';
import { ChainJudge } from './verifying/judge';
import { LineReader } from './lines';
import type { SegmentFile } from './names';
import { stateBefore, type ChainState } from './state';

/** Where a record stands: its file, and where in it the line begins, in bytes. */
export interface RecordPlace {
  readonly file: string;
  readonly offset: number;
}

/**
 * The lines of a chain from one record to another, both included, as they stand in its files and without line ends. Each is
 * judged as if nothing stood before the first: hash, number, link and checkpoints. `known` is the chain as a verification
 * has found it; of it the id and the signers count.
 *
 * @throws ChainError at the first line that is not what it must be, or when the chain ends before. The error of the file
 * system when a file cannot be read.
 */
export async function readStretch(
  directory: string,
  known: ChainState,
  from: RecordPlace & { readonly seq: number },
  to: number,
): Promise<readonly Buffer[]> {
  const { node, chain, signers } = known;
  const judge = new ChainJudge({ ...stateBefore(node, from.seq), chain, signers: [...signers] });
  const segments = (await openFolder(directory)).nodes.get(node) ?? [];
  const lines: Buffer[] = [];
  for (const segment of segments.filter(({ name }) => name >= from.file)) {
    const offset = segment.name === from.file ? from.offset : 0;
    await readSegment(join(directory, segment.name), judge, segment, offset, to, lines);
    if (judge.state.seq >= to) return lines;
  }
  const details = { last: judge.state.seq, seq: to };
  throw new ChainError({ code: 'AUDIT_CHAIN_TRUNCATED', node, file: from.file, seq: judge.state.seq + 1, details });
}

async function readSegment(
  path: string,
  judge: ChainJudge,
  segment: SegmentFile,
  from: number,
  to: number,
  lines: Buffer[],
): Promise<void> {
  const file = await open(path, 'r');
  try {
    const reader = new LineReader(file, from);
    judge.beginSegment(segment, from > 0);
    for (let read = await reader.next(); read.length > 0; read = await reader.next()) {
      for (const { bytes, offset } of read) {
        judge.line(bytes, offset);
        refuseDamage(judge);
        // The bytes are a view of a much larger piece.
        lines.push(Buffer.from(bytes));
        if (judge.state.seq >= to) return;
      }
    }
    judge.endSegment(reader.rest, reader.offset, false);
    refuseDamage(judge);
  } finally {
    await file.close();
  }
}

function refuseDamage({ findings: [finding] }: ChainJudge): void {
  if (finding !== undefined) throw new ChainError(finding);
}
