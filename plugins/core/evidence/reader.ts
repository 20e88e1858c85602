import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EVIDENCE_VERSION, lineHash, type EvidencePart } from './line';
import { inOrder, parseFileName, type EvidenceFileName } from './names';

/** A line as it was found. */
export interface EvidenceRecord {
  readonly kind: 'line';
  readonly file: string;
  /** Where in the file it begins, and its bytes without the line feed. */
  readonly offset: number;
  readonly bytes: number;
  /** SHA-256 of those bytes, in hexadecimal. */
  readonly sha256: string;
  readonly part: EvidencePart;
  readonly requestId: string | undefined;
  /** RFC 3339. */
  readonly at: string;
  /** The whole line; beside the common members only `jwe` when it is encrypted. */
  readonly members: Readonly<Record<string, unknown>>;
}

/**
 * Bytes that are no line of evidence. `torn`: the last of a file, without a line feed: a process was killed while it wrote
 * them, before anybody was answered; or it is writing them now. `malformed`: anything else, and nothing that is ours.
 */
export interface EvidenceDamage {
  readonly kind: 'torn' | 'malformed';
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
}

/** A line longer than this was not written by us, in bytes. */
const MAX_LINE = 256 * 1024 * 1024;
const CHUNK = 256 * 1024;
const LINE_FEED = 0x0a;
const PARTS: readonly string[] = [
  'request',
  'answer',
  'material',
  'dropped',
  'removed',
] satisfies readonly EvidencePart[];

/** The evidence files of a directory, in the order in which they were begun. @throws the file system's error. */
export async function evidenceFiles(directory: string): Promise<readonly EvidenceFileName[]> {
  return evidenceFilesAmong(await readdir(directory));
}

/** Those of the names that are of evidence files, in that order. */
export const evidenceFilesAmong = (names: readonly string[]): readonly EvidenceFileName[] =>
  names
    .map(parseFileName)
    .filter((name) => name !== undefined)
    .toSorted(inOrder);

/** Every line of a directory's files, and every damage, in order. @throws the file system's error. */
export async function* readEvidence(directory: string): AsyncGenerator<EvidenceRecord | EvidenceDamage> {
  for (const { name } of await evidenceFiles(directory)) yield* readEvidenceFile(directory, name);
}

/**
 * The lines of one file from `offset` on, which is 0 or where a line ended. A file that is still being written may be read
 * at any time: what is whole is there to stay. @throws the file system's error.
 */
export async function* readEvidenceFile(
  directory: string,
  file: string,
  offset = 0,
): AsyncGenerator<EvidenceRecord | EvidenceDamage> {
  const handle = await open(join(directory, file), 'r');
  try {
    let [start, held] = [offset, Buffer.alloc(0)];
    for (;;) {
      const chunk = Buffer.alloc(CHUNK);
      const { bytesRead } = await handle.read(chunk, 0, CHUNK, start + held.length);
      if (bytesRead === 0) break;
      held = Buffer.concat([held, chunk.subarray(0, bytesRead)]);
      let from = 0;
      for (let end = held.indexOf(LINE_FEED); end !== -1; end = held.indexOf(LINE_FEED, from)) {
        yield lineAt(file, start + from, held.subarray(from, end));
        from = end + 1;
      }
      held = held.subarray(from);
      start += from;
      if (held.length > MAX_LINE) break;
    }
    if (held.length > 0) yield { kind: 'torn', file, offset: start, bytes: held.length };
  } finally {
    await handle.close();
  }
}

/** One line, without its line feed. */
function lineAt(file: string, offset: number, bytes: Buffer): EvidenceRecord | EvidenceDamage {
  const place = { file, offset, bytes: bytes.length };
  const members = membersOf(bytes.toString('utf8'));
  if (members === undefined) return { kind: 'malformed', ...place };
  const { part, request_id: requestId, at } = members;
  const isOurs =
    members['v'] === EVIDENCE_VERSION &&
    typeof part === 'string' &&
    PARTS.includes(part) &&
    typeof at === 'string' &&
    (requestId === undefined || typeof requestId === 'string');
  if (!isOurs) return { kind: 'malformed', ...place };
  return { kind: 'line', ...place, sha256: lineHash(bytes), part: part as EvidencePart, requestId, at, members };
}

function membersOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Not JSON: the caller says so, with the place.
    return undefined;
  }
}
