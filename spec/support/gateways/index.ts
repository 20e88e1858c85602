import { join } from 'node:path';
import { startEmbedded } from './embedded';
import { kongMissing, startKong } from './kong';
import type { GatewaySpec, PluginServerSpec, TestGateway } from './types';

export type { GatewaySpec, PluginServerSpec, TestGateway } from './types';

const MAIN = join(__dirname, '../../../dist/runtime/main.js');

/** The pack's plugin server for `plugins`, as an operator writes it into kong.conf. */
export const packServer = (folder: string, plugins: readonly string[], ...flags: string[]): PluginServerSpec[] => {
  const socket = join(folder, 'modi.sock');
  return plugins.map((plugin, index) => ({
    plugin,
    socket,
    describe: [process.execPath, MAIN, '--describe', plugin],
    ...(index === 0 ? { start: [process.execPath, MAIN, '--socket', socket, ...flags] } : {}),
  }));
};

/**
 * Starts the gateway that MODI_GATEWAY names: embedded (default), kong, or docker, there of the version MODI_KONG_VERSION.
 */
export async function startTestGateway(spec: GatewaySpec): Promise<TestGateway> {
  const kind = process.env['MODI_GATEWAY'] ?? 'embedded';
  if (kind === 'embedded') return startEmbedded(spec);
  if (kind === 'kong') {
    const missing = kongMissing();
    if (missing !== undefined) throw new Error(missing);
    return startKong(spec);
  }
  if (kind === 'docker') {
    // Loaded only here: it is large.
    const { startDocker } = await import('./docker.js');
    return startDocker(spec, process.env['MODI_KONG_VERSION'] ?? '3.9');
  }
  throw new Error(`MODI_GATEWAY is embedded, kong or docker, not ${kind}`);
}
