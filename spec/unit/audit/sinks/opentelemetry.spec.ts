import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { kongLine } from '../../../support/audit/kong-lines';
import { accessRecord } from '../../../../plugins/core/audit';
import { numbers, sent, SinkBench } from '../../../support/audit/sink-bench';
import { listening } from '../../../support/http-server';

type Attributes = readonly { readonly key: string; readonly value: Readonly<Record<string, string>> }[];

interface LogRecord {
  readonly body: { readonly stringValue: string };
  readonly attributes: Attributes;
  readonly [name: string]: unknown;
}

interface Export {
  readonly resourceLogs: readonly {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeLogs: readonly { readonly logRecords: readonly LogRecord[] }[];
  }[];
}

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A receiver; `answer` says what it answers, 200 keeps the records. */
async function receiver(answer: (records: readonly LogRecord[]) => Answer = () => ({})) {
  const kept: LogRecord[] = [];
  const seen: {
    readonly url: string | undefined;
    readonly headers: NodeJS.Dict<string | string[]>;
    readonly sent: Export;
  }[] = [];
  const port = await listening((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      const one = JSON.parse(plain.toString('utf8')) as Export;
      seen.push({ url: request.url, headers: request.headers, sent: one });
      const records = one.resourceLogs[0]?.scopeLogs[0]?.logRecords ?? [];
      const { status = 200, headers = {}, body = '{"partialSuccess":{}}' } = answer(records);
      if (status === 200) kept.push(...records);
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body);
    });
  });
  return { port, kept, seen };
}

const to = (port: number, opentelemetry: object = {}, more: object = {}) => ({
  ...{ kind: 'opentelemetry', ...more },
  opentelemetry: { logs_endpoint: `http://127.0.0.1:${port}/v1/logs`, ...opentelemetry },
});
const seqs = (records: readonly LogRecord[]) => numbers(records.map(({ body }) => sent(body.stringValue)));
const valuesOf = (attributes: Attributes) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

let bench: SinkBench;
beforeEach(async () => {
  bench = await SinkBench.make(12);
});

describe('a sink of OpenTelemetry logs', () => {
  it.each(['none', 'gzip'])('posts every record once, with compression %s', async (compression) => {
    const far = await receiver();
    await bench.drain(to(far.port, { compression }, { headers: { 'X-Tenant': 'ente' } }));
    await bench.append(3);
    await bench.drain(to(far.port, { compression }));
    expect(seqs(far.kept)).toEqual(bench.all);
    expect(new Set(far.kept.map(({ attributes }) => valuesOf(attributes)['log.record.uid'])).size).toBe(
      bench.all.length,
    );
    expect(far.seen[0]).toMatchObject({
      url: '/v1/logs',
      headers: { 'content-type': 'application/json', 'x-tenant': 'ente' },
    });
  });

  it('says of a call what the data model and the conventions have a name for', async () => {
    const far = await receiver();
    const line = kongLine('r-1', {
      response: { status: 404, size: 1 },
      started_at: Date.parse('2026-11-23T09:59:58Z'),
    });
    await bench.writer.append(
      [{ kind: 'access', members: { record: accessRecord(JSON.parse(line) as object as never) } }],
      {},
    );
    await bench.drain(to(far.port, { resource_attributes: { 'service.name': 'anagrafe' } }));
    const { attributes, body, ...rest } = far.kept.at(-1)!;
    expect(rest).toEqual({
      timeUnixNano: '1795427998017000000',
      observedTimeUnixNano: '1795428000000000000',
      severityNumber: 13,
      severityText: 'WARN',
      eventName: 'modi.audit.access',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      flags: 1,
    });
    expect(sent(body.stringValue).entry.seq).toBe(bench.writer.last);
    expect(valuesOf(attributes)).toEqual({
      'log.record.uid': sent(body.stringValue).id,
      'modi.node': 'kong-1',
      'modi.chain': expect.any(String),
      'modi.seq': String(bench.writer.last),
      'http.request.method': 'POST',
      'url.path': '/rest/anagrafe/v1/persone',
      'http.response.status_code': '404',
      'client.address': '192.0.2.7',
      'modi.request_id': 'r-1',
      'modi.outcome': 'accepted',
      'modi.client': 'CF:IT-00000000001',
      'modi.purpose': 'b1f2',
    });
    expect(valuesOf(far.seen[0]!.sent.resourceLogs[0]!.resource.attributes)).toEqual({
      'service.name': 'anagrafe',
      'service.instance.id': 'kong-1',
    });
  });

  it.each([
    ['00-00000000000000000000000000000000-b7ad6b7169203331-01'],
    ['00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01'],
    ['REDACTED'],
    [7],
  ])('takes %s for no trace context, and redacted times for none', async (traceparent) => {
    const far = await receiver();
    const record = { ids: { traceparent }, time: { finished: 'REDACTED', accepted: 'REDACTED' } };
    await bench.writer.append([{ kind: 'access', members: { record } }], {});
    await bench.drain(to(far.port));
    expect(far.kept.at(-1)).not.toHaveProperty('traceId');
    expect(far.kept.at(-1)).toMatchObject({ timeUnixNano: '1795428000000000000' });
  });

  it('keeps a batch that was taken in part, and never sends it again', async () => {
    const rejected = '{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"<script>"}}';
    const far = await receiver((records) => (seqs(records).includes(9) ? { body: rejected } : {}));
    await bench.drain(to(far.port));
    await bench.drain(to(far.port));
    expect(seqs(far.kept)).toEqual(bench.all);
    expect(numbers(bench.dead().map(({ record }) => record))).toEqual([8, 9, 10, 11, 12, 13, 14]);
    expect(bench.dead()[0]?.why).toBe('it rejects some records of the batch and does not say which');
    expect(bench.told.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(JSON.stringify(bench.told)).not.toContain('script');
  });

  it('keeps only the record that is refused for good', async () => {
    const far = await receiver((records) => (seqs(records).includes(9) ? { status: 400 } : {}));
    await bench.drain(to(far.port));
    expect(seqs(far.kept)).toEqual(bench.all.filter((seq) => seq !== 9));
    expect(numbers(bench.dead().map(({ record }) => record))).toEqual([9]);
  });

  it.each([
    ['a page of a proxy', { body: '<html>' }],
    ['a list', { body: '[]' }],
    ['a number', { body: '1' }],
    ['a redirection', { status: 302, headers: { Location: 'http://127.0.0.1:1/' } }],
    ['401', { status: 401 }],
    ['429', { status: 429 }],
    ['500', { status: 500 }],
    ['503', { status: 503, headers: { 'Retry-After': 'Fri, 31 Dec 9999 23:59:59 GMT' } }],
  ] satisfies [string, Answer][])('takes %s for no receipt: all is sent again', async (_, answer) => {
    let wrong = true;
    const far = await receiver(() => (wrong ? answer : { body: '' }));
    await bench.drain(to(far.port));
    expect(bench.waits).toHaveLength(1);
    wrong = false;
    far.kept.length = 0;
    await bench.drain(to(far.port));
    expect(seqs(far.kept)).toEqual(bench.all);
    expect(bench.dead()).toEqual([]);
  });
});
