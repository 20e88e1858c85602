import type { Exchange } from '../exchange';

/** Headers that belong to one connection, or that the gateway writes itself. */
const OWN: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'host',
  'via',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-path',
  'x-forwarded-prefix',
  'x-real-ip',
  'x-kong-request-id',
]);

/** What this gateway calls itself in Via and Server. */
export const GATEWAY_TOKEN = 'modi-dev';

/**
 * The headers toward the service: the client's as plugins left them, without those of the connection, with Kong's
 * X-Forwarded-*, Via and request id. `contentLength` undefined with a body means chunks.
 */
export function serviceHeaders(exchange: Exchange, host: string, contentLength: number | undefined): string[] {
  const { headers, listener } = exchange;
  const flat = headers.flatWithout(ownAndListed(headers.first('connection')));
  const forwardedFor = headers.first('x-forwarded-for');
  const via = headers.first('via');
  const address = exchange.remoteAddress;
  flat.push('Host', host, 'Connection', 'keep-alive');
  flat.push('Via', `${via === undefined ? '' : `${via}, `}${exchange.incoming.httpVersion} ${GATEWAY_TOKEN}`);
  flat.push('X-Forwarded-For', forwardedFor === undefined ? address : `${forwardedFor}, ${address}`);
  flat.push('X-Forwarded-Proto', listener.scheme, 'X-Forwarded-Host', exchange.host);
  flat.push('X-Forwarded-Port', String(listener.port), 'X-Forwarded-Path', exchange.rawPath);
  const prefix = exchange.match?.prefix;
  if (prefix !== undefined && prefix !== '/') flat.push('X-Forwarded-Prefix', prefix);
  flat.push('X-Real-IP', address, 'X-Kong-Request-Id', exchange.id);
  if (asksForTrailers(headers.first('te'))) flat.push('TE', 'trailers');
  if (contentLength !== undefined) flat.push('Content-Length', String(contentLength));
  else if (exchange.body.present) flat.push('Transfer-Encoding', 'chunked');
  return flat;
}

/** Connection may name further headers that end with it (RFC 9110 7.6.1). */
function ownAndListed(connection: string | undefined): ReadonlySet<string> {
  if (connection === undefined || /^(?:keep-alive|close)$/i.test(connection)) return OWN;
  const listed = connection.split(',').map((name) => name.trim().toLowerCase());
  return new Set([...OWN, ...listed]);
}

const asksForTrailers = (te: string | undefined): boolean =>
  te !== undefined && te.split(',').some((part) => part.trim().toLowerCase() === 'trailers');
