import { PhaseOverError } from '../exit-signal';
import { decodeMessage, encodeMessage, type MessageName, type WireMessages } from '../wire/messages';
import { METHODS, type MethodName } from '../wire/methods';

type ArgsOf<M extends MethodName> = WireMessages[(typeof METHODS)[M]['args']];
type ResultOf<M extends MethodName> = WireMessages[(typeof METHODS)[M]['result']];

/** What is asked with the end of the phase. */
interface Parting {
  ask(): void;
  reject(error: Error): void;
}

interface Waiter {
  readonly result: MessageName;
  resolve(message: unknown): void;
  reject(error: Error): void;
}

const EMPTY_FRAME = new Uint8Array(0);
const METHOD_FRAMES = new Map(Object.keys(METHODS).map((name) => [name, Buffer.from(name, 'latin1')]));

/**
 * One event's conversation with Kong on one connection. Kong executes what it reads strictly in order and
 * answers in order, so calls are written without waiting: queries of one tick leave in one write, commands
 * wait for the next query or the end. Replies to commands are counted, not awaited.
 */
export class Dialogue {
  private readonly send: (payloads: readonly Uint8Array[]) => void;
  private readonly sequence: number;
  private out: Uint8Array[] = [];
  private readonly waiting: (Waiter | undefined)[] = [];
  private partings: Parting[] = [];
  private flushScheduled = false;
  private over: 'no' | 'exited' | 'ended' | 'lost' = 'no';

  constructor(sequence: number, send: (payloads: readonly Uint8Array[]) => void) {
    this.sequence = sequence;
    this.send = send;
  }

  /** Replies that Kong still owes on this connection. */
  get owed(): number {
    return this.waiting.length;
  }

  query<M extends MethodName>(method: M, args: ArgsOf<M>): Promise<ResultOf<M>> {
    this.put(method, args);
    if (!this.flushScheduled) {
      this.flushScheduled = true;
      queueMicrotask(this.flush);
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ result: METHODS[method].result, resolve, reject });
    });
  }

  command<M extends MethodName>(method: M, args: ArgsOf<M>): void {
    this.put(method, args);
    this.waiting.push(undefined);
  }

  /** Queries that the end of the event does not wait for: they leave with it in one write, and are answered after it. */
  atEnd<T>(ask: () => Promise<T>): Promise<T> {
    this.assertOpen();
    return new Promise((resolve, reject) => {
      this.partings.push({ ask: () => void ask().then(resolve, reject), reject });
    });
  }

  /** Answers the client instead of going on. Kong abandons the dialogue; nothing may follow. */
  exit(args: WireMessages['ExitArgs']): void {
    this.put('kong.response.exit', args);
    this.abandon(new PhaseOverError('the phase ended with exit'));
    this.waiting.push(undefined);
    this.over = 'exited';
    this.flush();
  }

  /** Ends the event: what is queued or was put off, the empty frame and the return leave in one write. */
  end(): void {
    this.assertOpen();
    for (const parting of this.partings.splice(0)) parting.ask();
    this.over = 'ended';
    this.pushEnd();
    this.flush();
  }

  /** Takes the next reply of Kong. Throws when none is owed: the peer does not keep to the protocol. */
  reply(frame: Buffer): void {
    if (this.waiting.length === 0) throw new PhaseOverError('a reply without a call');
    const waiter = this.waiting.shift();
    if (waiter !== undefined) this.settle(waiter, frame);
    // A Kong that answers the exit is still in its loop and wants to hear the end.
    if (this.over === 'exited' && this.waiting.length === 0) {
      this.over = 'ended';
      this.pushEnd();
      this.flush();
    }
  }

  /** Nothing readable will come any more: open queries are rejected, an answer can still be given. */
  failQueries(cause: Error): void {
    this.abandon(cause);
  }

  /**
   * Ends the event by asking Kong for a method that does not exist: the wire has no error message, and Kong reports
   * the name it was asked for.
   */
  endWithError(error: string): void {
    this.assertOpen();
    this.over = 'exited';
    this.abandon(new PhaseOverError(error));
    this.out.push(Buffer.from(error, 'latin1'), EMPTY_FRAME);
    this.flush();
  }

  /** The connection is gone: every open query is rejected. */
  lose(cause: Error): void {
    this.over = 'lost';
    this.out = [];
    this.abandon(cause);
  }

  private put<M extends MethodName>(method: M, args: ArgsOf<M>): void {
    this.assertOpen();
    this.out.push(METHOD_FRAMES.get(method) ?? Buffer.from(method), encodeMessage(METHODS[method].args, args));
  }

  private pushEnd(): void {
    this.out.push(EMPTY_FRAME, encodeMessage('RpcReturn', { sequence: this.sequence }));
  }

  private assertOpen(): void {
    if (this.over !== 'no') throw new PhaseOverError(`the phase is over (${this.over})`);
  }

  private readonly flush = (): void => {
    this.flushScheduled = false;
    if (this.out.length === 0) return;
    const payloads = this.out;
    this.out = [];
    this.send(payloads);
  };

  private settle(waiter: Waiter, frame: Buffer): void {
    try {
      waiter.resolve(decodeMessage(waiter.result, frame));
    } catch (error) {
      waiter.reject(new Error(`Kong's reply is not a ${waiter.result}`, { cause: error }));
    }
  }

  /** Rejects open queries; the replies themselves stay owed. */
  private abandon(cause: Error): void {
    for (const [index, waiter] of this.waiting.entries()) {
      this.waiting[index] = undefined;
      waiter?.reject(cause);
    }
    for (const parting of this.partings.splice(0)) parting.reject(cause);
  }
}
