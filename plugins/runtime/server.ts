import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { Connection, type ConnectionHost } from './connection';
import { runEvent, type EventContext } from './event';
import { toWireValue } from './wire/values';
import type { WireMessages } from './wire/messages';

export interface ServerOptions extends EventContext {
  readonly socketPath: string;
  readonly maxFrameBytes: number;
}

export interface RunningServer {
  /** Stops accepting, lets events in flight finish for at most `graceMs`, then closes everything. */
  close(graceMs: number): Promise<void>;
  connections(): number;
}

/** Kong's workers open connections in bursts; a full queue would be a 500 each. The kernel caps it at its own limit. */
const BACKLOG = 4096;

/** The socket cannot be used as asked. */
export class SocketError extends Error {
  override readonly name = 'SocketError';
}

/**
 * Serves the plugins of the pack on a Unix socket, mode 0660. A socket left behind by a dead process is replaced.
 * @throws SocketError when a live server owns it, or when the path is something else than a socket.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  await clearPath(options.socketPath);
  const connections = new Set<Connection>();
  const host = hostOf(options);
  const server = createServer((socket) => {
    const connection = new Connection(socket, host);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  });
  await listen(server, options.socketPath);
  server.on('error', (error) => {
    options.logger.error({ err: error }, 'socket error');
  });
  return {
    connections: () => connections.size,
    close: (graceMs) => close(server, connections, graceMs),
  };
}

function hostOf(options: ServerOptions): ConnectionHost {
  const { instances, logger } = options;
  return {
    maxFrameBytes: options.maxFrameBytes,
    answer: (call) => answer(options, call),
    handleEvent: (id, phase, dialogue) =>
      runEvent(options, id, phase, dialogue).catch((error: unknown) => {
        // The guard answers everything; what gets here is a bug of the runtime itself, and the lost dialogue is a 500.
        logger.error({ err: error, instances: instances.size }, 'event failed outside the guard');
        dialogue.endWithError('modi-pluginserver failed');
      }),
    protocolError: (problem, cause) => {
      logger.warn({ err: cause }, problem);
    },
  };
}

function answer(
  { instances, logger }: ServerOptions,
  call: WireMessages['RpcCall'],
): WireMessages['RpcReturn'] | undefined {
  const sequence = call.sequence ?? 0;
  if (call.cmd_start_instance !== undefined) {
    const { name = '', config } = call.cmd_start_instance;
    const live = instances.start(name, parseConfig(config));
    if (live.broken === undefined) logger.info({ plugin: name, instance: live.id }, 'instance started');
    else
      logger.error(
        { plugin: name, instance: live.id, err: live.broken },
        'configuration refused; the route answers 500',
      );
    return {
      sequence,
      instance_status: { name, instance_id: live.id, config: toWireValue({}), started_at: live.startedAt },
    };
  }
  if (call.cmd_close_instance !== undefined) {
    instances.close(call.cmd_close_instance.instance_id ?? 0);
    return { sequence };
  }
  if (call.cmd_get_instance_status !== undefined) {
    const live = instances.get(call.cmd_get_instance_status.instance_id ?? 0);
    if (live === undefined) return { sequence };
    return {
      sequence,
      instance_status: {
        name: live.plugin.name,
        instance_id: live.id,
        config: toWireValue({}),
        started_at: live.startedAt,
      },
    };
  }
  return undefined;
}

const parseConfig = (config: Uint8Array | undefined): unknown =>
  config === undefined ? {} : (JSON.parse(Buffer.from(config).toString('utf8')) as unknown);

async function clearPath(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new SocketError(`${path} exists and is no socket; remove it or choose another path`);
  if (await isLive(path))
    throw new SocketError(`another process is listening on ${path}; stop it or choose another path`);
  unlinkSync(path);
}

function isLive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => {
      resolve(false);
    });
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // Born with its mode: nobody else can connect in the moment before chmod.
    const mask = process.umask(0o117);
    server.once('error', (error) => {
      process.umask(mask);
      reject(new SocketError(`cannot listen on ${path}: ${error.message}`, { cause: error }));
    });
    server.listen({ path, backlog: BACKLOG }, () => {
      process.umask(mask);
      server.removeAllListeners('error');
      chmodSync(path, 0o660);
      resolve();
    });
  });
}

async function close(server: Server, connections: ReadonlySet<Connection>, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  for (const connection of connections) connection.drain();
  const grace = setTimeout(() => {
    for (const connection of connections) connection.destroy();
  }, graceMs);
  await closed;
  clearTimeout(grace);
}
