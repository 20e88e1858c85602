import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { startGateway } from '../../plugins/dev';
import { encodeFrames, FrameReader } from '../../plugins/runtime/wire/frames';
import { decodeMessage, encodeMessage } from '../../plugins/runtime/wire/messages';
import { METHODS } from '../../plugins/runtime/wire/methods';
import { call, LogCollector, probe, probeEntry, startService } from '../support/embedded-gateway';
import { tempFolder } from '../support/temp';

/** A plugin server that starts instances, and answers each event with the bytes at hand before it closes. */
async function babbler(path: string, say: () => Buffer): Promise<void> {
  const server = createServer((socket) => {
    const reader = new FrameReader(1_000_000);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      for (const frame of reader.push(chunk)) {
        let request: ReturnType<typeof decodeMessage<'RpcCall'>>;
        try {
          request = decodeMessage('RpcCall', frame);
        } catch {
          continue;
        }
        if (request.cmd_start_instance) {
          const sequence = request.sequence ?? 0;
          socket.write(encodeFrames([encodeMessage('RpcReturn', { sequence, instance_status: { instance_id: 7 } })]));
        } else if (request.cmd_handle_event) socket.end(say());
      }
    });
  });
  server.listen(path);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
}

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const frames = fc
  .array(
    fc.oneof(
      fc.constantFrom(...Object.keys(METHODS)).map((name) => Buffer.from(name)),
      bytes,
    ),
    { maxLength: 6 },
  )
  .map((list) => encodeFrames(list));

it('whatever a plugin server sends, the gateway lives on, and nothing passes without the end of the event', async () => {
  const service = await startService();
  const socket = join(tempFolder(), 'babble.sock');
  let said: Buffer = Buffer.alloc(0);
  await babbler(socket, () => said);
  const log = new LogCollector();
  const gateway = await startGateway({
    configFile: {
      name: 'kong.yml',
      text: `
_format_version: "3.0"
services: [{ url: "${service.url}", routes: [{ paths: [/] }] }]
plugins: [${probe({})}]
`,
    },
    listen: [{ host: '127.0.0.1', port: 0 }],
    pluginServers: [probeEntry('probe', socket, ['access'])],
    logger: log,
    pluginServerTimeout: 200,
  });
  onTestFinished(() => gateway.close());
  await fc.assert(
    fc.asyncProperty(fc.oneof(bytes, frames), async (babble) => {
      said = babble;
      await call(gateway.url);
      // Only kong.response.exit can answer; a pass would need the return frame with our own sequence.
      expect(service.seen).toHaveLength(0);
    }),
    { numRuns: 150 },
  );
  expect(log.lines.join('\n')).not.toMatch(/TypeError|is not a function|undefined \(reading/);
});
