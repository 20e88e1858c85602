import { join } from 'node:path';
import pino from 'pino';
import { onTestFinished } from 'vitest';
import { Instances } from '../../plugins/runtime/instances';
import { NO_METRICS, type Recorder } from '../../plugins/runtime/metrics';
import type { PluginDefinition, PluginInstance } from '../../plugins/runtime/plugin';
import { startServer, type RunningServer } from '../../plugins/runtime/server';
import { tempFolder } from './temp';

/** A plugin of one phase body, for the runtime's own tests. */
export const testPlugin = (name: string, phases: PluginInstance): PluginDefinition => ({
  name,
  version: '1.0.0',
  priority: 1,
  phases: ['access', 'response'],
  schema: [],
  create: () => phases,
});

export interface TestServer {
  readonly path: string;
  readonly server: RunningServer;
  readonly instances: Instances;
  /** Log lines so far, parsed. */
  readonly log: readonly Record<string, unknown>[];
}

/** The real server in this process, on a socket of the test's own. */
export async function testServer(
  plugins: readonly PluginDefinition[],
  options: { deadlineMs?: number; maxFrameBytes?: number; recorder?: Recorder; firstId?: number } = {},
): Promise<TestServer> {
  const log: Record<string, unknown>[] = [];
  const logger = pino(
    { level: 'trace' },
    { write: (line: string) => log.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const instances = new Instances(plugins, 100, options.firstId);
  const path = join(tempFolder(), 'modi.sock');
  const server = await startServer({
    instances,
    logger,
    recorder: options.recorder ?? NO_METRICS,
    socketPath: path,
    deadlineMs: options.deadlineMs ?? 5000,
    maxFrameBytes: options.maxFrameBytes ?? 1_000_000,
  });
  onTestFinished(() => server.close(0));
  return { path, server, instances, log };
}
