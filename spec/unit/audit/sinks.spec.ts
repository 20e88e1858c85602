import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { httpBatch, readSettings, Sink, type ChainSigner, type ChainWriter } from '../../../plugins/core/audit';
import { appendSome, chainSigner, openChain, START } from '../../support/audit/chain';
import { listening } from '../../support/http-server';
import { tempFolder } from '../../support/temp';

interface Sent {
  readonly id: string;
  readonly entry: { readonly seq: number; readonly kind: string };
}

let signer: ChainSigner;
beforeAll(async () => {
  signer = await chainSigner();
});

let folder = '';
let writer: ChainWriter;
beforeEach(async () => {
  folder = join(tempFolder(), 'audit');
  writer = await openChain({ directory: folder, signer: () => signer });
});
afterEach(() => writer.abandon());

const never = new AbortController().signal;
const settingsOf = (endpoint: string, more: object = {}) =>
  readSettings({
    organization: 'Ente',
    spool: ['x'],
    chain: { directory: 'x', key: { file: 'x' } },
    sinks: [{ name: 'siem', http_endpoint: endpoint, queue: { max_batch_size: 7 }, ...more }],
  }).sinks;

function sink(port: number, more: object = {}): Sink {
  const [settings] = settingsOf(`http://127.0.0.1:${port}/audit`, more);
  if (settings === undefined) throw new Error('no sink');
  return new Sink(
    settings,
    { directory: folder, node: 'kong-1', now: () => START },
    httpBatch(settings, (name) => name),
  );
}

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

const numbers = (items: readonly Sent[]): number[] => items.map(({ entry }) => entry.seq);
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
const dead = (): { why: string; record: Sent }[] => {
  const path = join(folder, '.sinks/siem/kong-1.dead.jsonl');
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { why: string; record: Sent });
};

describe('a sink', () => {
  it('sends every record once, in order, and goes on where it ended', async () => {
    const far = await farEnd(() => 200);
    await appendSome(writer, 30);
    await sink(far.port).drain(never);
    const before = writer.last;
    expect(numbers(far.kept)).toEqual(upTo(before));
    await appendSome(writer, 5, 31);
    await sink(far.port).drain(never);
    expect(numbers(far.kept)).toEqual(upTo(writer.last));
    expect(new Set(far.kept.map(({ id }) => id)).size).toBe(writer.last);
    expect(far.seen.every(({ text }) => (JSON.parse(text) as Sent[]).length <= 7)).toBe(true);
  });

  it('loses nothing while the far end is down, and repeats a batch in the same bounds with the same key', async () => {
    let up = false;
    const far = await farEnd(() => (up ? 200 : 503));
    await appendSome(writer, 10);
    await sink(far.port).drain(never);
    await appendSome(writer, 10, 11);
    await sink(far.port, { queue: { max_batch_size: 100 } }).drain(never);
    up = true;
    await sink(far.port).drain(never);
    expect(numbers(far.kept)).toEqual(upTo(writer.last));
    expect(new Set(far.seen.slice(0, 3).map(({ key }) => key)).size).toBe(1);
    expect(dead()).toEqual([]);
  });

  it('keeps only the record that is refused for good, and sends the others', async () => {
    const far = await farEnd((items) => (items.some(({ entry }) => entry.seq === 9) ? 422 : 200));
    await appendSome(writer, 20);
    await sink(far.port).drain(never);
    expect(numbers(far.kept)).toEqual(upTo(writer.last).filter((seq) => seq !== 9));
    expect(dead().map(({ why, record }) => [why, record.entry.seq])).toEqual([['it answers 422', 9]]);
  });

  it.each([401, 403, 404, 429, 500])('takes %s for no refusal of records', async (status) => {
    const far = await farEnd(() => status);
    await appendSome(writer, 3);
    await sink(far.port).drain(never);
    expect(far.kept).toEqual([]);
    expect(dead()).toEqual([]);
  });

  it('sends another chain from its beginning', async () => {
    const far = await farEnd(() => 200);
    await appendSome(writer, 3);
    await sink(far.port).drain(never);
    const cursor = join(folder, '.sinks/siem/kong-1.cursor');
    writeFileSync(cursor, JSON.stringify({ seq: 2, hash: '0'.repeat(64), refused: 0 }));
    await sink(far.port).drain(never);
    expect(numbers(far.kept)).toEqual([...upTo(writer.last), ...upTo(writer.last)]);
  });

  it('sends nothing with a cursor that is damaged', async () => {
    const far = await farEnd(() => 200);
    await appendSome(writer, 3);
    await sink(far.port).drain(never);
    const sent = far.kept.length;
    writeFileSync(join(folder, '.sinks/siem/kong-1.cursor'), '{"seq":"1"}');
    await sink(far.port).drain(never);
    expect(far.kept).toHaveLength(sent);
  });

  it('sends lines and secret headers as configured', async () => {
    const far = await farEnd(() => 200);
    const token = join(folder, '../token');
    writeFileSync(token, 'Bearer abc\n');
    await sink(far.port, { format: 'ndjson', header_files: { Authorization: token } }).drain(never);
    expect(far.seen[0]?.headers).toMatchObject({ authorization: 'Bearer abc', 'content-type': 'application/x-ndjson' });
    expect(numbers(far.kept)).toEqual(upTo(writer.last));
  });
});

describe('the settings of sinks', () => {
  it('refuse two of one name, and an unknown field', () => {
    const one = { name: 'a', http_endpoint: 'https://siem.example' };
    const base = { organization: 'Ente', spool: ['x'], chain: { directory: 'x', key: { file: 'x' } } };
    expect(() => readSettings({ ...base, sinks: [one, one] })).toThrow(/another sink/);
    expect(() => readSettings({ ...base, sinks: [{ ...one, timeut: 3 }] })).toThrow(/did you mean timeout/);
  });
});
