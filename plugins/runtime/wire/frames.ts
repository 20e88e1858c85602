/**
 * Frames of the plugin server's socket: a 4-byte little-endian length, then that many bytes. The same
 * framing runs in both directions.
 */

/** A frame announced more bytes than the reader accepts; the connection is beyond repair. */
export class FrameTooLargeError extends Error {
  override readonly name = 'FrameTooLargeError';
  /** What came whole before it: replies that somebody waits for. */
  readonly before: readonly Buffer[];
  constructor(announced: number, limit: number, before: readonly Buffer[]) {
    super(`frame of ${announced} bytes announced, at most ${limit} are accepted`);
    this.before = before;
  }
}

const LENGTH_BYTES = 4;

/**
 * Cuts a byte stream into frames. Holds at most one unfinished frame, and copies each byte at most twice
 * however small the chunks are.
 */
export class FrameReader {
  private readonly maxBytes: number;
  private chunks: Buffer[] = [];
  private buffered = 0;
  private wanted = LENGTH_BYTES;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /**
   * Takes a chunk, returns the frames that are complete with it, in order.
   * @throws FrameTooLargeError when a length above the limit is announced, before any of it is stored; it has the
   * frames that are complete.
   */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    if (this.buffered < this.wanted) return [];
    return this.cut();
  }

  /** True while a frame is begun and not complete. */
  get pending(): boolean {
    return this.buffered > 0;
  }

  private cut(): Buffer[] {
    const frames: Buffer[] = [];
    const data =
      this.chunks.length === 1 && this.chunks[0] ? this.chunks[0] : Buffer.concat(this.chunks, this.buffered);
    let at = 0;
    for (;;) {
      const left = data.length - at;
      this.wanted = LENGTH_BYTES;
      if (left < LENGTH_BYTES) break;
      const length = data.readUInt32LE(at);
      if (length > this.maxBytes) throw new FrameTooLargeError(length, this.maxBytes, frames);
      this.wanted = LENGTH_BYTES + length;
      if (left < this.wanted) break;
      frames.push(data.subarray(at + LENGTH_BYTES, at + this.wanted));
      at += this.wanted;
    }
    const rest = data.subarray(at);
    this.chunks = rest.length === 0 ? [] : [rest];
    this.buffered = rest.length;
    return frames;
  }
}

/** Joins payloads into one buffer of frames, so that they leave in one write. */
export function encodeFrames(payloads: readonly Uint8Array[]): Buffer {
  let size = 0;
  for (const payload of payloads) size += LENGTH_BYTES + payload.length;
  const out = Buffer.allocUnsafe(size);
  let at = 0;
  for (const payload of payloads) {
    out.writeUInt32LE(payload.length, at);
    out.set(payload, at + LENGTH_BYTES);
    at += LENGTH_BYTES + payload.length;
  }
  return out;
}
