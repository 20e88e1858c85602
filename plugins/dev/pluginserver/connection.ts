import { connect, type Socket } from 'node:net';
import { encodeFrames, FrameReader } from '../../runtime/wire/frames';
import { decodeMessage, encodeMessage, type WireMessages } from '../../runtime/wire/messages';

/** Kong's side has no limit of its own; this one only keeps a broken peer from filling the memory. */
const MAX_FRAME_BYTES = 512 * 1024 * 1024;

/** The event was abandoned because a plugin ended the request: no reply, no return frame, connection closed. */
export const EXITED = Symbol('exited');

/** Carries out one method of the PDK: answers the result message's bytes, empty for "nothing". */
export type ExecuteMethod = (
  method: string,
  args: Buffer,
) => Uint8Array | typeof EXITED | Promise<Uint8Array | typeof EXITED>;

export type Return = WireMessages['RpcReturn'];

/** A dialogue that failed. The text is what Kong's socket would have said, and Kong decides by that text. */
export class DialogueError extends Error {
  override readonly name = 'DialogueError';
}

interface Dialogue {
  readonly sequence: number;
  readonly execute: ExecuteMethod | undefined;
  readonly resolve: (result: Return | typeof EXITED) => void;
  readonly reject: (error: Error) => void;
}

/** One connection: carries one call at a time, and the dialogue that belongs to it. */
export class Connection {
  onIdleClose: (() => void) | undefined;
  private readonly socket: Socket;
  private readonly reader = new FrameReader(MAX_FRAME_BYTES);
  private frames: Buffer[] = [];
  private dialogue: Dialogue | undefined;
  private method: string | undefined;
  private ended = false;
  private busy = false;
  private failure: DialogueError | undefined;

  private constructor(socket: Socket, timeoutMs: number) {
    this.socket = socket;
    socket.setTimeout(timeoutMs, () => {
      if (this.dialogue === undefined) this.destroy();
      else this.fail(new DialogueError('timeout'));
    });
    socket.on('data', (chunk) => {
      this.receive(chunk);
    });
    socket.on('error', (error) => {
      this.fail(new DialogueError(describeSocketError(error)));
    });
    socket.on('close', () => {
      this.fail(new DialogueError('closed'));
      this.onIdleClose?.();
    });
  }

  static open(path: string, timeoutMs: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      const refuse = (error: Error): void => {
        reject(new DialogueError(describeSocketError(error)));
      };
      socket.once('error', refuse);
      socket.once('connect', () => {
        socket.removeListener('error', refuse);
        resolve(new Connection(socket, timeoutMs));
      });
    });
  }

  get usable(): boolean {
    return this.failure === undefined && this.frames.length === 0 && !this.reader.pending;
  }

  run(call: WireMessages['RpcCall'], execute: ExecuteMethod | undefined): Promise<Return | typeof EXITED> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) {
        reject(this.failure);
        return;
      }
      this.dialogue = { sequence: call.sequence ?? 0, execute, resolve, reject };
      this.ended = execute === undefined;
      this.socket.write(encodeFrames([encodeMessage('RpcCall', call)]));
    });
  }

  destroy(): void {
    this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    try {
      for (const frame of this.reader.push(chunk)) this.frames.push(frame);
    } catch (error) {
      this.fail(new DialogueError((error as Error).message));
      return;
    }
    this.pump();
  }

  /** Works off the frames at hand strictly in order; replies made in one go leave in one write. */
  private pump(): void {
    const replies: Uint8Array[] = [];
    while (!this.busy && this.dialogue !== undefined) {
      const frame = this.frames.shift();
      if (frame === undefined) break;
      const reply = this.step(this.dialogue, frame);
      if (reply instanceof Promise) {
        this.flush(replies.splice(0));
        this.await(reply);
      } else if (reply !== undefined) replies.push(reply);
    }
    this.flush(replies);
  }

  private flush(replies: readonly Uint8Array[]): void {
    if (replies.length > 0 && !this.socket.destroyed) this.socket.write(encodeFrames(replies));
  }

  private step(dialogue: Dialogue, frame: Buffer): Uint8Array | Promise<Uint8Array | typeof EXITED> | undefined {
    if (this.ended) {
      this.finish(dialogue, frame);
      return undefined;
    }
    if (this.method === undefined) {
      if (frame.length === 0) this.ended = true;
      else this.method = frame.toString('latin1');
      return undefined;
    }
    const method = this.method;
    this.method = undefined;
    try {
      const reply = dialogue.execute?.(method, frame) ?? EXITED;
      if (reply === EXITED) this.abandon(dialogue);
      return reply === EXITED ? undefined : reply;
    } catch (error) {
      this.fail(error as Error);
      return undefined;
    }
  }

  private await(reply: Promise<Uint8Array | typeof EXITED>): void {
    this.busy = true;
    reply
      .then((value) => {
        this.busy = false;
        if (value === EXITED) {
          if (this.dialogue) this.abandon(this.dialogue);
        } else this.flush([value]);
        this.pump();
      })
      .catch((error: unknown) => {
        this.fail(error as Error);
      });
  }

  private finish(dialogue: Dialogue, frame: Buffer): void {
    this.dialogue = undefined;
    try {
      const result = decodeMessage('RpcReturn', frame);
      if (result.sequence !== dialogue.sequence) throw new DialogueError('sequence of the answer does not match');
      dialogue.resolve(result);
    } catch (error) {
      dialogue.reject(error as Error);
    }
  }

  private abandon(dialogue: Dialogue): void {
    this.dialogue = undefined;
    dialogue.resolve(EXITED);
  }

  private fail(error: Error): void {
    this.failure ??= error instanceof DialogueError ? error : new DialogueError(error.message);
    const dialogue = this.dialogue;
    this.dialogue = undefined;
    dialogue?.reject(error);
    this.socket.destroy();
  }
}

/** The words that Kong's socket library uses, which Kong's own decisions rest on. */
function describeSocketError(error: Error): string {
  return SOCKET_ERRORS[(error as NodeJS.ErrnoException).code ?? ''] ?? error.message;
}

const SOCKET_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOENT: 'no such file or directory',
  ECONNRESET: 'connection reset by peer',
  EPIPE: 'broken pipe',
};
