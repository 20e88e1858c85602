import { request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { toText } from '../byte-strings';
import { textOf, type NamedField, type PlainRecord } from '../schema';
import { LogQueue, type QueueOptions } from './log-queue';
import { NO_LUA } from './rules';
import type { BundledPlugin } from './types';

const QUEUE_FIELDS: readonly NamedField[] = [
  { max_batch_size: { type: 'integer', default: 1, between: [1, 1_000_000] } },
  { max_coalescing_delay: { type: 'number', default: 1, between: [0, 3600] } },
  { max_entries: { type: 'integer', default: 10_000, between: [1, 1_000_000] } },
  { max_bytes: { type: 'integer' } },
  { max_retry_time: { type: 'number', default: 60 } },
  { initial_retry_delay: { type: 'number', default: 0.01, between: [0.001, 1_000_000] } },
  { max_retry_delay: { type: 'number', default: 60, between: [0.001, 1_000_000] } },
  { concurrency_limit: { type: 'integer', default: 1, one_of: [-1, 1] } },
];
const JSON_TYPES = ['application/json', 'application/json; charset=utf-8'];
const FIELDS: readonly NamedField[] = [
  { http_endpoint: { type: 'string', required: true, referenceable: true, encrypted: true, check: urlFault } },
  { method: { type: 'string', default: 'POST', one_of: ['POST', 'PUT', 'PATCH'] } },
  { content_type: { type: 'string', default: 'application/json', one_of: JSON_TYPES } },
  { timeout: { type: 'number', default: 10_000 } },
  { keepalive: { type: 'number', default: 60_000 } },
  { retry_count: { type: 'integer' } },
  { queue_size: { type: 'integer' } },
  { flush_timeout: { type: 'number' } },
  {
    headers: {
      type: 'map',
      keys: { type: 'string', match: '^[%w%-%_]+$', err: 'bad header name' },
      values: { type: 'string', referenceable: true },
    },
  },
  { queue: { type: 'record', required: true, fields: QUEUE_FIELDS } },
  { custom_fields_by_lua: NO_LUA },
];

/** Kong's http-log: records go to an HTTP server, in batches, again while it does not take them. */
export const HTTP_LOG: BundledPlugin = {
  name: 'http-log',
  priority: 12,
  fields: FIELDS,
  configure: (config, context) => {
    const queue = new LogQueue(queueOptions(config), (entries) => post(config, entries), context.logger);
    return {
      name: 'http-log',
      phases: new Set(['log']),
      log: (exchange) => {
        queue.add(context.serialize(exchange));
      },
      close: () => queue.close(),
    };
  },
};

function urlFault(value: unknown): string | undefined {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? undefined : 'missing host or scheme in url';
}

function queueOptions(config: PlainRecord): QueueOptions {
  const queue = config['queue'] as PlainRecord;
  const seconds = (field: string): number => Number(queue[field]) * 1000;
  return {
    name: toText(textOf(config['http_endpoint'])),
    batchSize: Number(queue['max_batch_size']),
    maxEntries: Number(queue['max_entries']),
    coalesceMs: seconds('max_coalescing_delay'),
    retryForMs: seconds('max_retry_time'),
    firstDelayMs: seconds('initial_retry_delay'),
    longestDelayMs: seconds('max_retry_delay'),
  };
}

/** One record is sent as an object, several as a list. @throws Error unless the server takes them (status below 300). */
function post(config: PlainRecord, entries: readonly string[]): Promise<void> {
  const url = new URL(toText(textOf(config['http_endpoint'])));
  const single = (config['queue'] as PlainRecord)['max_batch_size'] === 1;
  const body = Buffer.from(single ? (entries[0] ?? '') : `[${entries.join(',')}]`, 'latin1');
  const headers: OutgoingHttpHeaders = {
    ...(config['headers'] as Record<string, string> | null),
    'Content-Type': textOf(config['content_type']),
    'Content-Length': body.length,
  };
  const options = { method: textOf(config['method']), headers, timeout: Number(config['timeout']) };
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    // Kong's http-log does not verify the server either.
    const outgoing = send(url, { ...options, rejectUnauthorized: false }, (answer) => {
      answer.resume();
      answer.once('end', () => {
        const status = answer.statusCode ?? 0;
        if (status < 300) resolve();
        else reject(new Error(`returned status code ${status}`));
      });
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
