import { randomBytes } from 'node:crypto';
import type { Exchange } from '../exchange';
import { tlsClient } from '../tls-client';

type Variable = (exchange: Exchange) => string | undefined;

/** nginx's variables that have a meaning here; another name is not set. */
const VARIABLES: ReadonlyMap<string, Variable> = new Map<string, Variable>([
  ['kong_request_id', ({ id }) => id],
  // With a buffered answer nginx works on an inner request of its own, so this one is another at each look.
  ['request_id', () => randomBytes(16).toString('hex')],
  ['remote_addr', ({ remoteAddress }) => remoteAddress],
  ['realip_remote_addr', ({ remoteAddress }) => remoteAddress],
  ['remote_port', ({ incoming }) => String(incoming.socket.remotePort ?? 0)],
  ['scheme', ({ listener }) => listener.scheme],
  ['https', ({ listener }) => (listener.scheme === 'https' ? 'on' : '')],
  ['host', ({ host }) => host],
  ['server_port', ({ listener }) => String(listener.port)],
  ['server_addr', ({ incoming }) => incoming.socket.localAddress],
  ['server_protocol', ({ incoming }) => `HTTP/${incoming.httpVersion}`],
  ['request_method', ({ incoming }) => incoming.method],
  ['request_uri', ({ requestUri }) => requestUri],
  ['uri', ({ rawPath }) => rawPath],
  ['args', ({ rawQuery }) => rawQuery],
  ['query_string', ({ rawQuery }) => rawQuery],
  ['is_args', ({ rawQuery }) => (rawQuery === undefined ? '' : '?')],
  ['content_type', ({ headers }) => headers.first('content-type')],
  ['content_length', ({ headers }) => headers.first('content-length')],
  ['upstream_scheme', ({ upstream }) => upstream?.scheme],
  ['upstream_uri', ({ upstream }) => upstream?.path],
  ['upstream_host', ({ upstream }) => upstream?.hostHeader],
  ['upstream_status', ({ upstreamStatus }) => upstreamStatus?.toString()],
  ['status', ({ answer }) => String(answer.status)],
  ['ssl_protocol', (exchange) => tlsClient(exchange.tlsSocket)?.protocol],
  ['ssl_cipher', (exchange) => tlsClient(exchange.tlsSocket)?.cipher],
  ['ssl_server_name', (exchange) => tlsClient(exchange.tlsSocket)?.serverName],
  ['ssl_client_verify', (exchange) => tlsClient(exchange.tlsSocket)?.verify],
  ['ssl_client_raw_cert', (exchange) => tlsClient(exchange.tlsSocket)?.certificate?.pem],
  ['ssl_client_s_dn', (exchange) => tlsClient(exchange.tlsSocket)?.certificate?.subject],
  ['ssl_client_i_dn', (exchange) => tlsClient(exchange.tlsSocket)?.certificate?.issuer],
  ['ssl_client_serial', (exchange) => tlsClient(exchange.tlsSocket)?.certificate?.serial],
  ['ssl_client_fingerprint', (exchange) => tlsClient(exchange.tlsSocket)?.certificate?.fingerprint],
]);

/** Value of an nginx variable; `http_<name>` and `sent_http_<name>` are headers of request and answer as they stand now, several values joined by commas. */
export function nginxVariable(exchange: Exchange, name: string): string | undefined {
  const variable = VARIABLES.get(name);
  if (variable !== undefined) return variable(exchange);
  const [, sent, header] = /^(sent_)?http_(.+)$/.exec(name) ?? [];
  if (header === undefined) return undefined;
  const headers = sent === undefined ? exchange.headers : exchange.answer.headers;
  const values = headers.all(header.toLowerCase().replaceAll('_', '-'));
  return values.length === 0 ? undefined : values.join(', ');
}
