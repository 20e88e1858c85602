import { beforeEach, describe, expect, it } from 'vitest';
import { numbers, SinkBench, type Sent } from '../../../support/audit/sink-bench';
import { listening } from '../../../support/http-server';

let bench: SinkBench;
beforeEach(async () => {
  bench = await SinkBench.make(3);
});

interface Answer {
  readonly status: number;
  readonly retryAfter?: string;
}

/** Runs a sink until it has sent the chain to a far end that gives these answers first, then 200, and keeps what it answers so. */
async function sent(answers: readonly Answer[], queue: object = {}): Promise<readonly number[]> {
  const stop = new AbortController();
  const kept: Sent[] = [];
  const left = [...answers];
  const port = await listening((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, retryAfter } = left.shift() ?? { status: 200 };
      if (status !== 200) {
        response.writeHead(status, retryAfter === undefined ? {} : { 'Retry-After': retryAfter }).end();
        return;
      }
      kept.push(...(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Sent[]));
      response.writeHead(200).end();
      if (kept.length >= bench.all.length) stop.abort();
    });
  });
  const limits = {
    max_batch_size: 100,
    max_coalescing_delay: 0,
    initial_retry_delay: 1,
    max_retry_delay: 60,
    ...queue,
  };
  await bench.sink({ http_endpoint: `http://127.0.0.1:${port}/`, queue: limits }).run(stop.signal);
  expect(left).toEqual([]);
  return numbers(kept);
}

describe('a sink whose far end asks for patience', () => {
  it('waits for as long as Retry-After says, where that is longer than its own delay', async () => {
    const answers = ['7', '1', '30'].map((retryAfter) => ({ status: 429, retryAfter }));
    expect(await sent(answers)).toEqual(bench.all);
    expect(bench.waited.slice(0, 3)).toEqual([7, 2, 30]);
  });

  it('waits no longer than max_retry_delay, whatever it says', async () => {
    const answers = ['61', '999999999'].map((retryAfter) => ({ status: 503, retryAfter }));
    expect(await sent(answers)).toEqual(bench.all);
    expect(bench.waited.slice(0, 2)).toEqual([60, 60]);
  });

  it.each(['-5', '1e9', 'soon', 'Wed, 21 Oct 2026 07:28:00 GMT', '7, 8', ''])(
    'keeps to its own delays when it says "%s"',
    async (retryAfter) => {
      expect(await sent([{ status: 503, retryAfter }, { status: 503 }])).toEqual(bench.all);
      expect(bench.waited.slice(0, 2)).toEqual([1, 2]);
    },
  );

  it('doubles its delay up to max_retry_delay', async () => {
    const answers = Array.from({ length: 6 }, () => ({ status: 503 }));
    expect(await sent(answers, { max_retry_delay: 10 })).toEqual(bench.all);
    expect(bench.waited.slice(0, 6)).toEqual([1, 2, 4, 8, 10, 10]);
  });

  it('begins anew with the next batch', async () => {
    const answers = [503, 503, 200, 503].map((status) => ({ status }));
    expect(await sent(answers, { max_batch_size: 3 })).toEqual(bench.all);
    expect(bench.waited.slice(0, 3)).toEqual([1, 2, 1]);
  });

  it('gives up after max_retry_time, waits counted, and buries the batch', async () => {
    const answers = Array.from({ length: 3 }, () => ({ status: 503, retryAfter: '40' }));
    const stop = new AbortController();
    const port = await listening((request, response) => {
      request.resume();
      const { status, retryAfter } = answers.shift() ?? { status: 503, retryAfter: '40' };
      response.writeHead(status, { 'Retry-After': retryAfter }).end();
    });
    const queue = { max_batch_size: 100, max_retry_delay: 60, max_retry_time: 100 };
    const running = bench.sink({ http_endpoint: `http://127.0.0.1:${port}/`, queue }).run(stop.signal);
    await expect.poll(() => bench.dead().length, { timeout: 20_000 }).toBe(bench.all.length);
    stop.abort();
    await running;
    expect(bench.waited.slice(0, 3)).toEqual([40, 40, 40]);
  });
});
