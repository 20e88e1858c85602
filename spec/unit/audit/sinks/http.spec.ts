import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { chainSigner, openChain } from '../../../support/audit/chain';
import { numbers, SinkBench, upTo, type Sent } from '../../../support/audit/sink-bench';
import { listening } from '../../../support/http-server';

let bench: SinkBench;
beforeEach(async () => {
  bench = await SinkBench.make();
});

const chainFiles = (): string[] => readdirSync(bench.folder).filter((name) => !name.startsWith('.'));

const http = (port: number, more: object = {}) => ({ http_endpoint: `http://127.0.0.1:${port}/audit`, ...more });

/** A far end: `answer` says the status for what has come; what is answered with 200 is kept. */
async function farEnd(answer: (items: readonly Sent[]) => number) {
  const kept: Sent[] = [];
  const seen: { key: string; headers: NodeJS.Dict<string | string[]>; text: string }[] = [];
  const port = await listening((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const items = (
        text.startsWith('[')
          ? JSON.parse(text)
          : text
              .trim()
              .split('\n')
              .map((one) => JSON.parse(one) as Sent)
      ) as Sent[];
      seen.push({ key: String(request.headers['idempotency-key']), headers: request.headers, text });
      const status = answer(items);
      if (status === 200) kept.push(...items);
      response.writeHead(status).end();
    });
  });
  return { port, kept, seen };
}

describe('a sink', () => {
  it('sends every record once, in order, and goes on where it ended', async () => {
    const far = await farEnd(() => 200);
    await bench.append(30);
    await bench.drain(http(far.port));
    expect(numbers(far.kept)).toEqual(bench.all);
    await bench.append(5);
    await bench.drain(http(far.port));
    expect(numbers(far.kept)).toEqual(bench.all);
    expect(new Set(far.kept.map(({ id }) => id)).size).toBe(bench.writer.last);
    expect(far.seen.every(({ text }) => (JSON.parse(text) as Sent[]).length <= 7)).toBe(true);
  });

  it('loses nothing while the far end is down, and repeats a batch in the same bounds with the same key', async () => {
    let up = false;
    const far = await farEnd(() => (up ? 200 : 503));
    await bench.append(10);
    await bench.drain(http(far.port));
    await bench.append(10);
    await bench.drain(http(far.port, { queue: { max_batch_size: 100 } }));
    up = true;
    await bench.drain(http(far.port));
    expect(numbers(far.kept)).toEqual(bench.all);
    expect(new Set(far.seen.slice(0, 3).map(({ key }) => key)).size).toBe(1);
    expect(bench.dead()).toEqual([]);
  });

  it('keeps only the record that is refused for good, and sends the others', async () => {
    const far = await farEnd((items) => (items.some(({ entry }) => entry.seq === 9) ? 422 : 200));
    await bench.append(20);
    await bench.drain(http(far.port));
    expect(numbers(far.kept)).toEqual(bench.all.filter((seq) => seq !== 9));
    expect(bench.dead().map(({ why, record }) => [why, record.entry.seq])).toEqual([['it answers 422', 9]]);
  });

  it.each([401, 403, 404, 429, 500])('takes %s for no refusal of records', async (status) => {
    const far = await farEnd(() => status);
    await bench.append(3);
    await bench.drain(http(far.port));
    expect(far.kept).toEqual([]);
    expect(bench.dead()).toEqual([]);
  });

  it('sends another chain from its beginning', async () => {
    const far = await farEnd(() => 200);
    await bench.append(3);
    await bench.drain(http(far.port));
    const cursor = join(bench.folder, '.sinks/siem/kong-1.cursor');
    writeFileSync(cursor, JSON.stringify({ seq: 2, hash: '0'.repeat(64), refused: 0 }));
    await bench.drain(http(far.port));
    expect(numbers(far.kept)).toEqual([...bench.all, ...bench.all]);
  });

  it('sends another chain from its beginning, also while that is shorter', async () => {
    const far = await farEnd(() => 200);
    await bench.append(10);
    await bench.drain(http(far.port));
    await bench.writer.abandon();
    for (const name of chainFiles()) rmSync(join(bench.folder, name));
    // None there at the moment: nothing is sent, and that is said.
    await bench.drain(http(far.port));
    expect(bench.waits).toEqual([
      `an audit sink waits: the chain ends before record ${bench.writer.last}, which this sink has sent`,
    ]);
    const signer = await chainSigner();
    const other = await openChain({ directory: bench.folder, signer: () => signer });
    await other.abandon();
    expect(other.last).toBeLessThan(bench.writer.last);
    await bench.drain(http(far.port));
    expect(numbers(far.kept)).toEqual([...bench.all, ...upTo(other.last)]);
  });

  it('sends nothing of its own chain while that is shorter than it was', async () => {
    const far = await farEnd(() => 200);
    await bench.append(3);
    const before = chainFiles().map((name) => [name, readFileSync(join(bench.folder, name))] as const);
    await bench.append(10);
    await bench.drain(http(far.port));
    for (const [name, bytes] of before) writeFileSync(join(bench.folder, name), bytes);
    await bench.drain(http(far.port));
    expect(numbers(far.kept)).toEqual(bench.all);
    expect(bench.waits).toHaveLength(1);
  });

  it('sends nothing with a cursor that is damaged', async () => {
    const far = await farEnd(() => 200);
    await bench.append(3);
    await bench.drain(http(far.port));
    const sent = far.kept.length;
    writeFileSync(join(bench.folder, '.sinks/siem/kong-1.cursor'), '{"seq":"1"}');
    await bench.drain(http(far.port));
    expect(far.kept).toHaveLength(sent);
  });

  it('sends lines and secret headers as configured', async () => {
    const far = await farEnd(() => 200);
    const token = join(bench.folder, '../token');
    writeFileSync(token, 'Bearer abc\n');
    await bench.drain(http(far.port, { format: 'ndjson', header_files: { Authorization: token } }));
    expect(far.seen[0]?.headers).toMatchObject({ authorization: 'Bearer abc', 'content-type': 'application/x-ndjson' });
    expect(numbers(far.kept)).toEqual(bench.all);
  });
});
