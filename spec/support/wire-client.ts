import { connect, type Socket } from 'node:net';
import { encodeFrames, FrameReader } from '../../plugins/runtime/wire/frames';
import { decodeMessage, encodeMessage, type MessageName, type WireMessages } from '../../plugins/runtime/wire/messages';
import { METHODS, type MethodName } from '../../plugins/runtime/wire/methods';

/** One call that the server made on Kong. */
export interface PdkCall {
  readonly method: string;
  readonly args: unknown;
}

/** How Kong answers a call: the result message, `undefined` for the empty frame, 'hang-up' to close. */
export type Answer = (call: PdkCall) => Record<string, unknown> | undefined | 'hang-up' | 'silence';

export interface EventEnd {
  readonly calls: readonly PdkCall[];
  /** returned: the event ended well. exit: the plugin answered. error: a method Kong does not know. closed: the server hung up. */
  readonly end: 'returned' | 'exit' | 'error' | 'closed';
  readonly exit?: WireMessages['ExitArgs'];
}

/** Kong's side of one connection, for tests: one frame at a time, in Kong's order. */
export class WireClient {
  private readonly socket: Socket;
  private readonly reader = new FrameReader(2 ** 31 - 1);
  private readonly frames: Buffer[] = [];
  private wake: (() => void) | undefined;
  private closed = false;
  private sequence = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.frames.push(...this.reader.push(chunk));
      this.wake?.();
    });
    const gone = (): void => {
      this.closed = true;
      this.wake?.();
    };
    socket.on('close', gone);
    socket.on('error', gone);
  }

  static async open(path: string): Promise<WireClient> {
    const socket = connect(path);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new WireClient(socket);
  }

  get isClosed(): boolean {
    return this.closed;
  }

  get unread(): number {
    return this.frames.length;
  }

  close(): void {
    this.socket.destroy();
  }

  sendRaw(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  call(call: Omit<WireMessages['RpcCall'], 'sequence'>): number {
    this.sequence += 1;
    this.socket.write(encodeFrames([encodeMessage('RpcCall', { sequence: this.sequence, ...call })]));
    return this.sequence;
  }

  async startInstance(name: string, config: unknown): Promise<number> {
    const sequence = this.call({ cmd_start_instance: { name, config: Buffer.from(JSON.stringify(config)) } });
    const answer = decodeMessage('RpcReturn', await this.frame());
    if (answer.sequence !== sequence) throw new Error('another sequence was answered');
    return answer.instance_status?.instance_id ?? -1;
  }

  /** Runs one event as Kong does and tells how it ended. */
  async event(instanceId: number, phase: string, answer: Answer): Promise<EventEnd> {
    const sequence = this.call({ cmd_handle_event: { instance_id: instanceId, event_name: phase } });
    const calls: PdkCall[] = [];
    try {
      for (;;) {
        const method = (await this.frame()).toString('latin1');
        if (method === '') break;
        const args = await this.frame();
        if (!Object.hasOwn(METHODS, method)) return { calls: [...calls, { method, args: undefined }], end: 'error' };
        const shape = METHODS[method as MethodName];
        const call: PdkCall = { method, args: decodeMessage(shape.args, args) };
        calls.push(call);
        if (method === 'kong.response.exit') {
          return { calls, end: 'exit', exit: call.args as WireMessages['ExitArgs'] };
        }
        this.reply(shape.result, answer(call));
      }
      if (decodeMessage('RpcReturn', await this.frame()).sequence !== sequence) throw new Error('wrong sequence');
      return { calls, end: 'returned' };
    } catch (error) {
      if (error instanceof ClosedError) return { calls, end: 'closed' };
      throw error;
    }
  }

  async frame(): Promise<Buffer> {
    for (;;) {
      const frame = this.frames.shift();
      if (frame !== undefined) return frame;
      if (this.closed) throw new ClosedError('the server closed the connection');
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  private reply(result: MessageName, answer: Record<string, unknown> | undefined | 'hang-up' | 'silence'): void {
    if (answer === 'silence') return;
    if (answer === 'hang-up') {
      this.close();
      return;
    }
    const payload = answer === undefined ? Buffer.alloc(0) : encodeMessage(result, answer);
    this.socket.write(encodeFrames([payload]));
  }
}

class ClosedError extends Error {}
