import { hostname } from 'node:os';
import { queryTable, type Exchange } from '../exchange';
import type { LuaTable } from '../lua-value';
import type { NamedField, PlainRecord } from '../schema';
import type { BundledContext, BundledPlugin } from './types';

const FIELDS: readonly NamedField[] = [
  { status_code: { type: 'integer', required: true, default: 503, between: [100, 599] } },
  { message: { type: 'string' } },
  { content_type: { type: 'string' } },
  { body: { type: 'string' } },
  { echo: { type: 'boolean', required: true, default: false } },
  { trigger: { type: 'string', match: '^[%w%-%_]+$', err: 'bad header name' } },
];

const DEFAULT_MESSAGES: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  404: 'Not found',
  405: 'Method not allowed',
  500: 'An unexpected error occurred',
  502: 'Bad Gateway',
  503: 'Service unavailable',
};

/** Kong's request-termination: the answer is in the configuration. */
export const REQUEST_TERMINATION: BundledPlugin = {
  name: 'request-termination',
  priority: 2,
  fields: FIELDS,
  check: faults,
  configure: (config, context) => ({
    name: 'request-termination',
    phases: new Set(['access']),
    access: (exchange) => terminate(config, context, exchange),
  }),
};

function faults(config: PlainRecord) {
  const { message, body, content_type: contentType, echo } = config;
  const found: { field: string; problem: string }[] = [];
  if (message !== null && (body !== null || contentType !== null)) {
    found.push({ field: 'message', problem: 'message cannot be used with content_type or body' });
  }
  if (contentType !== null && body === null) {
    found.push({ field: 'content_type', problem: 'content_type requires a body' });
  }
  if (echo === true && (body !== null || contentType !== null)) {
    found.push({ field: 'echo', problem: 'echo cannot be used with content_type and body' });
  }
  return found;
}

async function terminate(config: PlainRecord, context: BundledContext, exchange: Exchange): Promise<void> {
  const { trigger, body, content_type: contentType, message, echo } = config;
  if (typeof trigger === 'string' && !isTriggered(trigger, exchange)) return;
  const status = Number(config['status_code']);
  const text = typeof message === 'string' ? message : DEFAULT_MESSAGES[status];
  if (echo === true) exchange.exitWithJson(status, await echoOf(exchange, context, text));
  else if (typeof body === 'string') {
    const headers = typeof contentType === 'string' ? [['Content-Type', contentType] as const] : [];
    exchange.answer.exit(status, Buffer.from(body, 'latin1'), headers);
  } else if (text !== undefined) exchange.exitWithJson(status, { message: text });
  else exchange.answer.exit(status, Buffer.alloc(0), []);
}

const isTriggered = (trigger: string, exchange: Exchange): boolean =>
  exchange.headers.has(trigger.toLowerCase()) || Object.hasOwn(queryTable(exchange.rawQuery, 100), trigger);

async function echoOf(exchange: Exchange, context: BundledContext, message: string | undefined): Promise<LuaTable> {
  const body = await exchange.body.load();
  const { match } = exchange;
  return {
    ...(message === undefined ? {} : { message }),
    kong: { node_id: context.nodeId, worker_pid: process.pid, hostname: hostname() },
    request: {
      scheme: exchange.listener.scheme,
      host: exchange.host,
      port: exchange.listener.port,
      headers: Object.fromEntries(exchange.headers.toMap()),
      query: queryTable(exchange.rawQuery, 100),
      method: exchange.method,
      path: exchange.rawPath,
      ...(body.kind === 'memory' ? { raw_body: body.bytes.toString('latin1') } : {}),
    },
    ...(match === undefined ? {} : { matched_route: match.route.record as LuaTable }),
    ...(match?.route.service === undefined ? {} : { matched_service: match.route.service.record as LuaTable }),
  };
}
