import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DigestAlgorithm } from './parse-digest';

/** What the judges need to know of a body. The digest is absent when nobody asked for one. */
export interface BodyFacts {
  readonly length: number;
  readonly digest: Buffer | undefined;
}

/** A body in memory, or in nginx's temporary file. */
export type BodySource =
  { readonly kind: 'bytes'; readonly bytes: Buffer } | { readonly kind: 'file'; readonly path: string };

/** About 0.6 ms of SHA-256: other requests get their turn in between. */
const SLICE_BYTES = 1024 * 1024;

/**
 * Length and digest of a body of any size, without holding a file in memory and without keeping the event loop
 * for longer than a slice. Stops early and answers the bytes seen so far when `maxBytes` is passed.
 * @throws the file system's error when the file cannot be read.
 */
export async function digestOfBody(
  body: BodySource,
  algorithm: DigestAlgorithm | undefined,
  maxBytes: number,
): Promise<BodyFacts> {
  const hash = algorithm === undefined ? undefined : createHash(algorithm.replace('-', '').toLowerCase());
  return body.kind === 'bytes' ? ofBytes(body.bytes, hash, maxBytes) : ofFile(body.path, hash, maxBytes);
}

async function ofBytes(bytes: Buffer, hash: Hash | undefined, maxBytes: number): Promise<BodyFacts> {
  const { length } = bytes;
  if (length > maxBytes || hash === undefined) return { length, digest: undefined };
  for (let at = 0; at < length; at += SLICE_BYTES) {
    if (at > 0) await nextTurn();
    hash.update(bytes.subarray(at, at + SLICE_BYTES));
  }
  return { length, digest: hash.digest() };
}

async function ofFile(path: string, hash: Hash | undefined, maxBytes: number): Promise<BodyFacts> {
  let length = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: SLICE_BYTES / 4 }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) return { length, digest: undefined };
    hash?.update(chunk);
  }
  return { length, digest: hash?.digest() };
}
