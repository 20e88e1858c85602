import { randomUUID } from 'node:crypto';

/** Where text goes. */
export interface Output {
  readonly isTTY: boolean;
  write(text: string | Uint8Array): void;
}

/** All that a command sees of the machine, so that tests decide time, ids and streams. */
export interface Host {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: { readonly isTTY: boolean; read(): Promise<Buffer> };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Seconds since the epoch. */
  now(): number;
  /** A fresh unique id, for jti. */
  newId(): string;
  /** Settles at the first SIGINT or SIGTERM after the call, or when a parent that keeps a channel is gone. */
  stopped(): Promise<void>;
}

/** The host of a real process. */
export function processHost(): Host {
  leaveQuietlyOnBrokenPipe(process.stdout);
  leaveQuietlyOnBrokenPipe(process.stderr);
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    stdin: { isTTY: process.stdin.isTTY, read: readStdin },
    env: process.env,
    cwd: process.cwd(),
    now: () => Math.floor(Date.now() / 1000),
    newId: randomUUID,
    stopped: () =>
      new Promise((resolve) => {
        process.once('SIGINT', () => {
          resolve();
        });
        process.once('SIGTERM', () => {
          resolve();
        });
        process.once('disconnect', () => {
          resolve();
        });
        // To be told is no reason to stay.
        process.channel?.unref();
      }),
  };
}

const outputOf = (stream: NodeJS.WriteStream): Output => ({
  isTTY: stream.isTTY,
  write: (text) => void stream.write(text),
});

/** `modi … | head` is no error. */
function leaveQuietlyOnBrokenPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
