import type { Socket } from 'node:net';
import { Dialogue } from './adapters/dialogue';
import { ConnectionLostError } from './guard';
import { encodeFrames, FrameReader, FrameTooLargeError } from './wire/frames';
import { decodeMessage, encodeMessage, type WireMessages } from './wire/messages';

/** What a connection asks of the server it belongs to. */
export interface ConnectionHost {
  readonly maxFrameBytes: number;
  /** Answers a call that opens no dialogue; undefined when the call is none of ours. */
  answer(call: WireMessages['RpcCall']): WireMessages['RpcReturn'] | undefined;
  /** Runs one event; resolves when the phase is over and everything is written. Never rejects. */
  handleEvent(instanceId: number, phase: string, dialogue: Dialogue): Promise<void>;
  protocolError(problem: string, cause?: unknown): void;
}

/**
 * One connection of Kong: a call, and its dialogue when it is an event; then the next call. Between two events
 * nothing is kept but the count of replies Kong still owes.
 */
export class Connection {
  private readonly socket: Socket;
  private readonly host: ConnectionHost;
  private readonly reader: FrameReader;
  private dialogue: Dialogue | undefined;
  private eventsRunning = 0;
  private closeWhenIdle = false;
  private deaf = false;
  private tooLarge: FrameTooLargeError | undefined;

  constructor(socket: Socket, host: ConnectionHost) {
    this.socket = socket;
    this.host = host;
    this.reader = new FrameReader(host.maxFrameBytes);
    socket.on('data', this.onData);
    socket.on('error', (error) => {
      this.onGone(error);
    });
    socket.on('close', () => {
      this.onGone(undefined);
    });
  }

  get idle(): boolean {
    return this.eventsRunning === 0;
  }

  /** Ends the connection as soon as no event runs on it. */
  drain(): void {
    this.closeWhenIdle = true;
    if (this.idle) this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  private readonly onData = (chunk: Buffer): void => {
    if (this.deaf) return;
    try {
      for (const frame of this.framesOf(chunk)) this.onFrame(frame);
    } catch (error) {
      this.onBrokenInput(error);
      return;
    }
    if (this.tooLarge !== undefined) this.onBrokenInput(this.tooLarge);
  };

  /** What is whole is heard also when what follows it is too large, however Kong's writes were cut. */
  private framesOf(chunk: Buffer): readonly Buffer[] {
    try {
      return this.reader.push(chunk);
    } catch (error) {
      if (!(error instanceof FrameTooLargeError)) throw error;
      this.tooLarge = error;
      return error.before;
    }
  }

  private onFrame(frame: Buffer): void {
    if (this.dialogue !== undefined && this.dialogue.owed > 0) {
      this.dialogue.reply(frame);
      return;
    }
    if (!this.idle) throw new Error('a frame that nobody asked for, in the middle of an event');
    this.onCall(decodeMessage('RpcCall', frame));
  }

  private onCall(call: WireMessages['RpcCall']): void {
    const event = call.cmd_handle_event;
    if (event !== undefined) {
      this.startEvent(call.sequence ?? 0, event.instance_id ?? 0, event.event_name ?? '');
      return;
    }
    const answer = this.host.answer(call);
    if (answer === undefined) throw new Error('an unknown call');
    this.socket.write(encodeFrames([encodeMessage('RpcReturn', answer)]));
  }

  private startEvent(sequence: number, instanceId: number, phase: string): void {
    const dialogue = new Dialogue(sequence, (payloads) => this.socket.write(encodeFrames(payloads)));
    this.dialogue = dialogue;
    this.eventsRunning += 1;
    void this.host.handleEvent(instanceId, phase, dialogue).then(() => {
      this.eventsRunning -= 1;
      if (this.closeWhenIdle && this.idle) this.socket.end();
    });
  }

  /**
   * Unreadable input. With an event running the client still gets its 500: the queries fail, the guard answers,
   * and what Kong goes on sending is thrown away. Otherwise the connection is closed.
   */
  private onBrokenInput(error: unknown): void {
    this.deaf = true;
    this.host.protocolError('unreadable input', error);
    if (this.idle || this.dialogue === undefined) this.socket.destroy();
    else this.dialogue.failQueries(error instanceof Error ? error : new Error(String(error)));
  }

  private onGone(error: Error | undefined): void {
    this.deaf = true;
    this.dialogue?.lose(new ConnectionLostError(error?.message ?? 'Kong closed the connection'));
    this.dialogue = undefined;
  }
}
