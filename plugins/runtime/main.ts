#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { describe, PROTOCOLS } from './describe';
import { loadPlugin } from './registry';
import { serve } from './serve';

const USAGE = `modi-pluginserver: the plugins of the pack, for Kong

  modi-pluginserver --describe PLUGIN     print the plugin's description for Kong (query_cmd)
  modi-pluginserver --socket PATH         serve all plugins on a Unix socket (start_cmd)
  modi-pluginserver --ping --socket PATH  ask the one that serves there whether it answers, for health checks

  --protocol NAME      what --describe tells Kong to speak: ProtoBuf:1, or MsgPack:1
                       where the stock kong-js-pluginserver serves        (ProtoBuf:1)
  --log-level LEVEL    trace, debug, info, warn, error, fatal, silent   (info)
  --deadline MS        longest time one phase may take, then 500          (5000)
  --max-frame BYTES    largest frame accepted from Kong                   (67108864)
  --grace MS           how long events in flight may finish at SIGTERM    (5000)
  --metrics LISTEN     Prometheus text on PORT, 127.0.0.1:PORT or a socket path (off)

EXIT CODES  0 ok, 1 could not start, failed, or did not answer the ping, 2 usage error`;

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Longer than any answer takes, shorter than a health check waits. */
const PING_MS = 3000;

class UsageError extends Error {}

async function main(argv: readonly string[]): Promise<void> {
  const { values } = parse(argv);
  if (values.help === true) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  if (values.describe !== undefined) {
    const plugin = await loadPlugin(values.describe).catch((error: unknown) => {
      throw new UsageError((error as Error).message);
    });
    const protocol = PROTOCOLS.find((name) => name === values.protocol);
    if (protocol === undefined) throw new UsageError(`--protocol is one of ${PROTOCOLS.join(', ')}`);
    process.stdout.write(`${describe(plugin, protocol)}\n`);
    return;
  }
  if (values.socket === undefined) throw new UsageError('one of --describe and --socket is needed');
  if (values.ping === true) {
    const { ping } = await import('./ping.js');
    await ping(values.socket, PING_MS);
    return;
  }
  if (!LEVELS.includes(values['log-level'])) throw new UsageError(`--log-level is one of ${LEVELS.join(', ')}`);
  await serve({
    socketPath: values.socket,
    logLevel: values['log-level'],
    deadlineMs: whole(values.deadline, '--deadline', 10, 50_000),
    maxFrameBytes: whole(values['max-frame'], '--max-frame', 65_536, 2 ** 31 - 1),
    graceMs: whole(values.grace, '--grace', 0, 60_000),
    metrics: values.metrics,
  });
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        describe: { type: 'string' },
        socket: { type: 'string' },
        protocol: { type: 'string', default: 'ProtoBuf:1' },
        'log-level': { type: 'string', default: 'info' },
        deadline: { type: 'string', default: '5000' },
        'max-frame': { type: 'string', default: String(64 * 1024 * 1024) },
        grace: { type: 'string', default: '5000' },
        metrics: { type: 'string' },
        ping: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function whole(text: string, flag: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new UsageError(`${flag} is a whole number from ${least} to ${most}, not "${text}"`);
  }
  return value;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const usage = error instanceof UsageError;
  process.stderr.write(`modi-pluginserver: ${error instanceof Error ? error.message : String(error)}\n`);
  if (usage) process.stderr.write('Try modi-pluginserver --help\n');
  process.exitCode = usage ? 2 : 1;
});
