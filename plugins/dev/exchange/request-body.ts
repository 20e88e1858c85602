import { createReadStream } from 'node:fs';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** nginx's client_body_buffer_size as Kong sets it: a body up to here stays in memory. */
const BUFFER_BYTES = 8192;

export type LoadedBody =
  | { readonly kind: 'memory'; readonly bytes: Buffer }
  | { readonly kind: 'file'; readonly path: string; readonly size: number };

/** The body of one request: read when first asked for, in memory up to 8 KiB, in a private file above. */
export class RequestBody {
  /** False when the request announced no body at all. */
  readonly present: boolean;
  private readonly source: IncomingMessage;
  private readonly path: string;
  private loading: Promise<LoadedBody> | undefined;
  private loaded: LoadedBody | undefined;
  private file: string | undefined;

  constructor(source: IncomingMessage, directory: string, id: string) {
    this.source = source;
    this.path = join(directory, id);
    const length = source.headers['content-length'];
    this.present = source.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
    if (!this.present) this.loaded = { kind: 'memory', bytes: Buffer.alloc(0) };
  }

  /** What has been read, if anything was. */
  get current(): LoadedBody | undefined {
    return this.loaded;
  }

  /** Reads the whole body. Rejects when the client goes away before its end. */
  load(): Promise<LoadedBody> {
    if (this.loaded !== undefined) return Promise.resolve(this.loaded);
    this.loading ??= this.read().then((body) => (this.loaded = body));
    return this.loading;
  }

  /** kong.service.request.set_raw_body: what the service will get instead. */
  replace(bytes: Buffer): void {
    this.loaded = { kind: 'memory', bytes };
  }

  /** The body as a stream for the service, without loading it when nobody did. */
  stream(): Readable | Buffer {
    if (this.loaded === undefined) return this.source;
    return this.loaded.kind === 'memory' ? this.loaded.bytes : createReadStream(this.loaded.path);
  }

  /** Removes the file, if there is one. */
  async dispose(): Promise<void> {
    if (this.file === undefined) return;
    const file = this.file;
    this.file = undefined;
    await unlink(file).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }

  private async read(): Promise<LoadedBody> {
    const chunks: Buffer[] = [];
    let size = 0;
    let out: FileHandle | undefined;
    try {
      for await (const chunk of this.source as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size <= BUFFER_BYTES) {
          chunks.push(chunk);
          continue;
        }
        out ??= await this.spill(chunks);
        await out.writeFile(chunk);
      }
    } finally {
      await out?.close();
    }
    if (!this.source.complete) throw new Error('the client closed the connection within its request body');
    if (out === undefined) return { kind: 'memory', bytes: Buffer.concat(chunks, size) };
    return { kind: 'file', path: this.path, size };
  }

  private async spill(kept: readonly Buffer[]): Promise<FileHandle> {
    this.file = this.path;
    const out = await open(this.path, 'wx', 0o600);
    await out.writeFile(Buffer.concat(kept));
    return out;
  }
}
