import { connect, type Socket } from 'node:net';
import { Decoder, Encoder } from '@msgpack/msgpack';

/** Kong's side of MsgPack:1, as the stock kong-js-pluginserver speaks it: one message at a time. */
export class StockClient {
  private readonly socket: Socket;
  private readonly encoder = new Encoder();
  private id = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
  }

  static async open(path: string): Promise<StockClient> {
    const socket = connect(path);
    // A server that is killed resets; whoever waits hears of the close.
    socket.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new StockClient(socket);
  }

  close(): void {
    this.socket.destroy();
  }

  async call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    this.id += 1;
    this.socket.write(this.encoder.encode([0, this.id, `plugin.${method}`, args]));
    let data = Buffer.alloc(0);
    for (;;) {
      data = Buffer.concat([data, await this.chunk()]);
      const answer = tryDecode(data);
      if (answer === undefined) continue;
      const [, , error, result] = answer as [number, number, unknown, unknown];
      if (typeof error === 'string') throw new Error(error);
      return result;
    }
  }

  /** Runs one phase: answers each step by `answer`, until the server says that it is done or the plugin exits. */
  async event(
    instance: unknown,
    phase: string,
    answer: (method: string, args: readonly unknown[]) => unknown,
  ): Promise<readonly (readonly [string, readonly unknown[]])[]> {
    const calls: [string, readonly unknown[]][] = [];
    let step = (await this.call('HandleEvent', { InstanceId: instance, EventName: phase })) as Step;
    while (step.Data !== 'ret') {
      const { Method, Args } = step.Data;
      calls.push([Method, Args]);
      if (Method === 'kong.response.exit') break;
      step = (await this.call('Step', { EventId: step.EventId, Data: answer(Method, Args) })) as Step;
    }
    return calls;
  }

  private chunk(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const gone = (): void => {
        reject(new Error('the stock server hung up'));
      };
      if (this.socket.destroyed) gone();
      this.socket.once('close', gone);
      this.socket.once('data', (chunk: Buffer) => {
        this.socket.off('close', gone);
        resolve(chunk);
      });
    });
  }
}

interface Step {
  readonly EventId: number;
  readonly Data: 'ret' | { readonly Method: string; readonly Args: readonly unknown[] };
}

function tryDecode(data: Buffer): unknown {
  try {
    return new Decoder().decode(data);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
