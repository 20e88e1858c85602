import { queryTable } from './query-table';

import type { Exchange } from './exchange';
import type { HeaderList } from './header-list';
import { tlsClient } from '../tls-client';

type Record_ = Record<string, unknown>;

/**
 * The record of one exchange as Kong's log plugins write it: JSON in a byte string, without a line end. `now`:
 * milliseconds since 1970.
 * @throws Error when a plugin's own value would have to go below something that is not a table, as Kong does.
 */
export function serialize(exchange: Exchange, now: number): string {
  return JSON.stringify(withLogValues(baseRecord(exchange, now), exchange.logValues));
}

function baseRecord(exchange: Exchange, now: number): Record_ {
  const { answer, timings, match, consumer, upstream } = exchange;
  const waited = answer.source === 'upstream' ? timings.answered - timings.proxied : -1;
  const query = upstream?.query === undefined ? '' : `?${upstream.query}`;
  return {
    request: requestRecord(exchange),
    response: { status: answer.status, headers: headerRecord(answer.headers), size: exchange.bytesSent },
    latencies: {
      kong: (timings.proxied === 0 ? now : timings.proxied) - timings.started,
      proxy: waited,
      request: now - timings.started,
      receive: timings.answered === 0 ? 0 : now - timings.answered,
    },
    upstream_uri: upstream === undefined ? '' : upstream.path + query,
    upstream_status: exchange.upstreamStatus?.toString() ?? '',
    tries: exchange.tries.length === 0 ? undefined : exchange.tries,
    authenticated_entity: authenticatedEntity(exchange),
    route: match?.route.record,
    service: match?.route.service?.record,
    consumer,
    client_ip: exchange.remoteAddress,
    started_at: timings.started,
    source: answer.source,
    workspace: WORKSPACE,
    workspace_name: 'default',
  };
}

/** DB-less Kong has one workspace; its id is the same in all of them. */
const WORKSPACE = '0dc6f45b-8f8d-40d2-a504-473544ee190b';

function requestRecord(exchange: Exchange): Record_ {
  const { listener, requestUri, headers } = exchange;
  const shown = headerRecord(headers);
  for (const secret of ['authorization', 'proxy-authorization']) {
    if (shown[secret] !== undefined) shown[secret] = 'REDACTED';
  }
  const tls = tlsClient(exchange.tlsSocket);
  return {
    id: exchange.id,
    uri: requestUri,
    url: `${listener.scheme}://${exchange.host}:${listener.port}${requestUri}`,
    querystring: queryTable(exchange.rawQuery, 100),
    method: exchange.method,
    headers: shown,
    size: requestSize(exchange),
    tls: tls && { version: tls.protocol, cipher: tls.cipher, client_verify: tls.verify },
  };
}

/** Request line, headers and body, as nginx counts them. */
function requestSize({ incoming, body }: Exchange): number {
  const line = `${incoming.method ?? ''} ${incoming.url ?? ''} HTTP/1.1\r\n\r\n`.length;
  const headers = incoming.rawHeaders.reduce((sum, part) => sum + part.length + 2, 0);
  const { current } = body;
  const size = current === undefined ? 0 : current.kind === 'memory' ? current.bytes.length : current.size;
  return line + headers + size;
}

const headerRecord = (headers: HeaderList): Record<string, string | string[]> => Object.fromEntries(headers.toMap());

function authenticatedEntity({ credential, consumer }: Exchange): Record_ | undefined {
  if (credential === undefined) return undefined;
  return { id: credential.id, consumer_id: credential.consumer_id ?? consumer?.id };
}

/** kong.log.set_serialize_value in the order of the calls: dots nest, tables are made on the way. */
function withLogValues(root: Record_, values: Exchange['logValues']): Record_ {
  for (const { key, value } of values) {
    const steps = key.split('.');
    const last = steps.pop() ?? '';
    let node = root;
    for (const step of steps) node = descend(node, step, key);
    Object.defineProperty(node, last, { value: value, enumerable: true, writable: true, configurable: true });
  }
  return root;
}

function descend(node: Record_, step: string, key: string): Record_ {
  const inner = Object.hasOwn(node, step) ? node[step] : undefined;
  if (inner !== undefined && (typeof inner !== 'object' || inner === null)) {
    throw new Error(`the log value ${key} cannot go below ${step}, which is not a table`);
  }
  // A copy: what hangs here may be an entity of the configuration.
  const copy = { ...(inner as Record_ | undefined) };
  Object.defineProperty(node, step, { value: copy, enumerable: true, writable: true, configurable: true });
  return copy;
}
