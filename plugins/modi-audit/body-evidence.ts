import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { VerificationError } from '../core/errors';
import type { RawBody } from '../runtime/kong';

/** A body in evidence: always its length, the content in base64 unless there is a reason why not. */
export interface BodyEvidence {
  readonly bytes: number;
  /** SHA-256 in hexadecimal, of what is kept. */
  readonly sha256?: string;
  readonly content?: string;
  readonly omitted?: 'too large';
}

/** Body of the service's answer. */
export function answerBody(bytes: Buffer, max: number): BodyEvidence {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (bytes.length > max) return { bytes: bytes.length, sha256, omitted: 'too large' };
  return { bytes: bytes.length, sha256, content: bytes.toString('base64') };
}

/**
 * Body of a request, wherever nginx keeps it. Of a large one the digest that the caller has signed stands in the tokens.
 *
 * @throws VerificationError MODI_BODY_UNREADABLE when Kong or the file system does not give it.
 */
export async function requestBody(body: Promise<RawBody>, max: number): Promise<BodyEvidence> {
  try {
    const raw = await body;
    if (raw.kind === 'bytes' && raw.bytes.length <= max) return answerBody(raw.bytes, max);
    if (raw.kind === 'bytes') return { bytes: raw.bytes.length, omitted: 'too large' };
    const { size } = await stat(raw.path);
    return size > max ? { bytes: size, omitted: 'too large' } : answerBody(await readWhole(raw.path, size), max);
  } catch (error) {
    throw new VerificationError('MODI_BODY_UNREADABLE', {}, undefined, { cause: error });
  }
}

/** No more than was there when it was measured. */
async function readWhole(path: string, size: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await file.read(bytes, 0, size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
