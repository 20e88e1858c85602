import type { ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { farEndOf, Sink, type ChainSigner } from '../../../../plugins/core/audit';
import { chainSigner } from '../../../support/audit/chain';
import { Collecting, range } from '../../../support/audit/collecting';
import { never, sinkSettings, type Sent } from '../../../support/audit/sink-bench';
import { listening } from '../../../support/http-server';

let signer: ChainSigner;
beforeAll(async () => {
  signer = await chainSigner();
});

const RECORDS = 100;
const CHUNK = Buffer.alloc(65_536, 'x');

/** Answers without end, as fast as it is read. */
function flood(response: ServerResponse): void {
  const more = (): void => {
    if (!response.destroyed) response.write(CHUNK, more);
  };
  response.on('error', () => undefined).writeHead(200);
  more();
}

describe('a sink beside the collector, in one process', () => {
  it.each<[what: string, answer: ((response: ServerResponse) => void) | undefined]>([
    ['whose far end never answers', () => undefined],
    ['whose far end answers without end', flood],
    ['whose far end refuses at once, each time', (response) => response.writeHead(503).end()],
    ['whose far end takes all at once', undefined],
  ])('%s does not keep it from writing', async (_, answer) => {
    let isBad = true;
    const kept = new Set<number>();
    const port = await listening((request, response) => {
      const chunks: Buffer[] = [];
      request.on('error', () => undefined);
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (isBad && answer !== undefined) {
          answer(response);
          return;
        }
        for (const { entry } of JSON.parse(Buffer.concat(chunks).toString('utf8')) as Sent[]) kept.add(entry.seq);
        response.writeHead(200).end();
      });
    });
    const home = new Collecting(signer);
    home.write(...range(1, RECORDS));
    // Already much to send when both begin, and no wait between two tries: the sink does what it can to be in the way.
    await home.collect();
    home.write(...range(RECORDS + 1, 2 * RECORDS));
    const settings = sinkSettings({ http_endpoint: `http://127.0.0.1:${port}/`, queue: { max_batch_size: 5 } });
    const farEnd = farEndOf(settings, (name) => name, 'sinks[1]');
    const world = { directory: home.audit, node: 'kong-1', now: () => home.now, pause: () => turn() };
    const stop = new AbortController();
    const sending = new Sink(settings, world, farEnd).run(stop.signal);
    const collector = await home.collector();
    await collector.catchUp(never);
    expect(await home.ids()).toEqual(range(1, 2 * RECORDS));

    isBad = false;
    stop.abort();
    await sending;
    await new Sink(settings, world, farEnd).drain(never);
    const last = (await home.entries()).at(-1)?.seq ?? 0;
    expect(last - kept.size, 'records that the far end has not got').toBe(0);
  });
});
