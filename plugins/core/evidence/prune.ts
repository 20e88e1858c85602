import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvidenceWriter } from './evidence-writer';
import { evidenceFiles, readEvidenceFile } from './reader';

/** A file that was removed, or would be: what is left of it. */
export interface RemovedFile {
  readonly file: string;
  readonly bytes: number;
  /** SHA-256 of the whole file, in hexadecimal. */
  readonly sha256: string;
  /** Lines of requests and answers. */
  readonly exchanges: number;
  /** All lines. */
  readonly lines: number;
  /** When the first and the last of them were written, RFC 3339. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** The files of a directory that hold nothing younger than `cutoff` (seconds since the epoch). Proofs of removals stay. */
export async function* prunable(directory: string, cutoff: number): AsyncGenerator<RemovedFile> {
  for (const { name } of await evidenceFiles(directory)) {
    // A file that was written to since is in use, or was: its lines need not be looked at.
    const { mtimeMs, size } = await stat(join(directory, name));
    if (mtimeMs >= cutoff * 1000) continue;
    const found = await contentsOf(directory, name);
    if (found.holdsProofs || (found.to !== undefined && Date.parse(found.to) >= cutoff * 1000)) continue;
    const { lines, exchanges, from, to } = found;
    yield { file: name, bytes: size, sha256: await hashOf(join(directory, name)), exchanges, lines, from, to };
  }
}

/** By which rule a file is removed, and when: both in seconds, `now` since the epoch. */
export interface Removal {
  readonly retention: number;
  readonly now: number;
}

/**
 * Removes a file, after the proof of it is on the disk: a line of part `removed`, which gets a record of its own in the audit
 * chain, so that a verifier knows why what the chain refers to is not there. When the process dies in between, the file is still there, and removing it again writes a second proof.
 *
 * @throws EvidenceStorageError when the proof cannot be written; then nothing is removed. The file system's error else.
 */
export async function removeFile(
  directory: string,
  writer: EvidenceWriter,
  removed: RemovedFile,
  { retention, now }: Removal,
): Promise<void> {
  await writer.commit({ requestId: undefined, part: 'removed', at: now, content: { ...removed, retention } });
  await unlink(join(directory, removed.file));
  const handle = await open(directory, 'r');
  await handle.sync().finally(() => handle.close());
}

interface Contents {
  lines: number;
  exchanges: number;
  from: string | undefined;
  to: string | undefined;
  holdsProofs: boolean;
}

async function contentsOf(directory: string, name: string): Promise<Contents> {
  const found: Contents = { lines: 0, exchanges: 0, from: undefined, to: undefined, holdsProofs: false };
  for await (const one of readEvidenceFile(directory, name)) {
    if (one.kind !== 'line') continue;
    found.lines += 1;
    if (one.requestId !== undefined) found.exchanges += 1;
    if (one.part === 'removed') found.holdsProofs = true;
    found.from ??= one.at;
    // Clocks go back: the youngest counts, not the last.
    if (found.to === undefined || one.at > found.to) found.to = one.at;
  }
  return found;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
