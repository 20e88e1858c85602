import { createServer, type Server, type Socket } from 'node:net';
import { rmSync } from 'node:fs';
import { encodeFrames, FrameReader } from '../../plugins/runtime/wire/frames';
import { decodeMessage, encodeMessage, type MessageName, type WireValue } from '../../plugins/runtime/wire/messages';
import { METHODS } from '../../plugins/runtime/wire/methods';
import { fromWireValue, toWireValue } from '../../plugins/runtime/wire/values';

/**
 * A small plugin server for tests of the gateway: its plugins do what their configuration says, step by step. Runs in
 * the test's own process, or as a child of the gateway (test-plugin-server-child.ts).
 */

/** One step of a phase. `note` keeps the result of a call under that name. */
export type Step =
  | {
      readonly call: string;
      readonly args?: unknown;
      readonly note?: string;
      /** Hex, instead of args. */ readonly raw?: string;
    }
  /** Sends these calls, and the end of the event, in one write. */
  | { readonly pipeline: readonly { readonly call: string; readonly args?: unknown }[] }
  /** Ends the request with what was noted, as JSON. */
  | { readonly answer: number }
  | { readonly misbehave: 'hang' | 'close' | 'reset' | 'garbage' | 'sequence' | 'crash' };

export interface ProbeConfig {
  readonly access?: readonly Step[];
  readonly response?: readonly Step[];
  readonly log?: readonly Step[];
}

/** The dump of a probe plugin: its whole behaviour is one string of JSON per phase. */
export function probeDump(name: string, phases: readonly string[], priority = 1455): string {
  const script = { type: 'string', required: true, default: '[]' };
  const fields = [...phases.map((phase) => ({ [phase]: script })), { label: { type: 'string', referenceable: true } }];
  return JSON.stringify({
    Protocol: 'ProtoBuf:1',
    Plugins: [
      {
        Name: name,
        Version: '0.1.0',
        Priority: priority,
        Phases: phases,
        Schema: { name, fields: [{ config: { type: 'record', fields } }] },
      },
    ],
  });
}

interface Instance {
  readonly name: string;
  readonly config: Record<string, unknown>;
}

export class TestPluginServer {
  readonly socketPath: string;
  readonly instances = new Map<number, Instance>();
  /** Configurations of the instances started, in order; those closed. */
  readonly started: Instance[] = [];
  readonly closed: number[] = [];
  /** Methods called, in order, of all events; and the events: plugin and phase. */
  readonly events: string[] = [];
  readonly order: string[] = [];
  /** Sees each noted result before the event goes on. */
  onResult: ((result: unknown) => void) | undefined;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private nextId = 1 + Math.floor(Math.random() * 2 ** 30);

  constructor(socketPath: string) {
    this.socketPath = socketPath;
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      new Conversation(socket, this);
    });
  }

  listen(): Promise<void> {
    rmSync(this.socketPath, { force: true });
    return new Promise((resolve) =>
      this.server.listen(this.socketPath, () => {
        resolve();
      }),
    );
  }

  close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) =>
      this.server.close(() => {
        resolve();
      }),
    );
  }

  get connections(): number {
    return this.sockets.size;
  }

  start(instance: Instance): number {
    const id = this.nextId;
    this.nextId += 1;
    this.instances.set(id, instance);
    this.started.push(instance);
    return id;
  }
}

/** One connection: frames in, and for each event a script of frames out. */
class Conversation {
  private readonly socket: Socket;
  private readonly owner: TestPluginServer;
  private readonly reader = new FrameReader(64 * 1024 * 1024);
  private readonly frames: Buffer[] = [];
  private waiting: ((frame: Buffer) => void) | undefined;

  constructor(socket: Socket, owner: TestPluginServer) {
    this.socket = socket;
    this.owner = owner;
    socket.on('data', (chunk) => {
      for (const frame of this.reader.push(chunk)) this.deliver(frame);
    });
    void this.serve();
  }

  private deliver(frame: Buffer): void {
    if (this.waiting === undefined) this.frames.push(frame);
    else this.waiting(frame);
  }

  private next(): Promise<Buffer> {
    const frame = this.frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    return new Promise((resolve) => {
      this.waiting = (given) => {
        this.waiting = undefined;
        resolve(given);
      };
    });
  }

  private send(...payloads: Uint8Array[]): void {
    this.socket.write(encodeFrames(payloads));
  }

  private async serve(): Promise<void> {
    for (;;) {
      const call = decodeMessage('RpcCall', await this.next());
      const sequence = call.sequence ?? 0;
      if (call.cmd_start_instance) this.startInstance(sequence, call.cmd_start_instance);
      else if (call.cmd_close_instance) {
        this.owner.closed.push(call.cmd_close_instance.instance_id ?? 0);
        this.send(encodeMessage('RpcReturn', { sequence }));
      } else if (call.cmd_handle_event) await this.event(sequence, call.cmd_handle_event);
    }
  }

  private startInstance(sequence: number, { name = '', config }: { name?: string; config?: Uint8Array }): void {
    const parsed = JSON.parse(Buffer.from(config ?? []).toString('utf8')) as Record<string, unknown>;
    if (parsed['label'] === 'refuse to start') {
      this.socket.end();
      return;
    }
    const id = this.owner.start({ name, config: parsed });
    this.send(encodeMessage('RpcReturn', { sequence, instance_status: { name, instance_id: id } }));
  }

  private async event(sequence: number, call: { instance_id?: number; event_name?: string }): Promise<void> {
    const instance = this.owner.instances.get(call.instance_id ?? 0);
    if (instance === undefined) {
      this.socket.end();
      return;
    }
    this.owner.order.push(`${instance.name} ${call.event_name ?? ''}`);
    const script = instance.config[call.event_name ?? ''];
    const notes: Record<string, unknown> = {};
    for (const step of JSON.parse(typeof script === 'string' ? script : '[]') as Step[]) {
      const done = await this.step(step, notes, sequence);
      if (done) return;
    }
    this.send(new Uint8Array(0), encodeMessage('RpcReturn', { sequence }));
  }

  /** True when the event is over with this step. */
  private async step(step: Step, notes: Record<string, unknown>, sequence: number): Promise<boolean> {
    if ('misbehave' in step) return this.misbehave(step.misbehave, sequence);
    if ('answer' in step) {
      const body = Buffer.from(JSON.stringify(notes), 'utf8').toString('latin1');
      this.send(
        ...callFrames('kong.response.exit', {
          status: step.answer,
          body,
          headers: { 'Content-Type': 'application/json' },
        }),
      );
      return true;
    }
    if ('pipeline' in step) {
      const calls = step.pipeline.flatMap(({ call, args }) => callFrames(call, args));
      this.owner.events.push(...step.pipeline.map(({ call }) => call));
      this.send(...calls, new Uint8Array(0), encodeMessage('RpcReturn', { sequence }));
      for (const [index] of step.pipeline.entries()) notes[`pipelined${index}`] = await this.next();
      return true;
    }
    this.owner.events.push(step.call);
    this.send(
      ...(step.raw === undefined
        ? callFrames(step.call, step.args)
        : [Buffer.from(step.call), Buffer.from(step.raw, 'hex')]),
    );
    if (step.call === 'kong.response.exit') return true;
    const reply = await this.next();
    if (step.note === undefined) return false;
    notes[step.note] = plainResult(step.call, reply);
    this.owner.onResult?.(notes[step.note]);
    return false;
  }

  private async misbehave(how: string, sequence: number): Promise<boolean> {
    if (how === 'hang') await new Promise(() => undefined);
    else if (how === 'close') this.socket.end();
    else if (how === 'reset') this.socket.destroy();
    else if (how === 'garbage') this.socket.write(Buffer.alloc(8, 0xff));
    else if (how === 'sequence') this.send(new Uint8Array(0), encodeMessage('RpcReturn', { sequence: sequence + 7 }));
    else process.exit(13);
    return true;
  }
}

function callFrames(method: string, args: unknown): Uint8Array[] {
  const name = Buffer.from(method, 'latin1');
  if (!(method in METHODS)) return [name, new Uint8Array(0)];
  const { args: message } = METHODS[method as keyof typeof METHODS];
  return [name, encodeMessage(message, wireArgs(message, args) as never)];
}

type PlainArgs = Readonly<Record<string, unknown>>;

const value = (plain: unknown): WireValue => toWireValue(plain as never);
const bytes = (text: unknown): Buffer => Buffer.from(typeof text === 'string' ? text : '', 'latin1');

/** Test scripts write plain JSON; the wire wants bytes and tagged values. */
const WIRE_ARGS: Readonly<Partial<Record<MessageName, (given: PlainArgs) => unknown>>> = {
  Text: ({ v }) => ({ v: bytes(v) }),
  KV: ({ k, v }) => ({ k, ...(v === undefined ? {} : { v: value(v) }) }),
  Struct: (given) => value(given).struct_value,
  ListValue: ({ values }) => ({ values: (values as unknown[]).map(value) }),
  ExitArgs: ({ status, body, headers }) => ({
    status,
    ...(body === undefined ? {} : { body: bytes(body) }),
    ...(headers === undefined ? {} : { headers: value(headers).struct_value }),
  }),
};

const wireArgs = (message: MessageName, args: unknown): unknown => {
  const given = (args ?? {}) as PlainArgs;
  return WIRE_ARGS[message]?.(given) ?? given;
};

/** Bytes as ISO-8859-1 text, values as plain JSON, an empty frame as null. */
function plainResult(method: string, reply: Buffer): unknown {
  const { result } = METHODS[method as keyof typeof METHODS];
  const message = decodeMessage(result, reply) as Record<string, unknown>;
  if (result === 'Value') return reply.length === 0 ? null : fromWireValue(message);
  if (result === 'Struct') return fromWireValue({ struct_value: message });
  const plain = JSON.parse(JSON.stringify(message), (_, member: unknown) => member) as Record<string, unknown>;
  for (const [name, member] of Object.entries(message)) {
    if (member instanceof Uint8Array) plain[name] = Buffer.from(member).toString('latin1');
    if (Array.isArray(member)) {
      plain[name] = member.map((one: unknown) =>
        one instanceof Uint8Array ? Buffer.from(one).toString('latin1') : one,
      );
    }
  }
  if (result === 'Text' || result === 'Int' || result === 'Number' || result === 'Bool') return plain['v'] ?? null;
  return plain;
}
