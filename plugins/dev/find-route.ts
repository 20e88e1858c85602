import type { Exchange } from './exchange';
import type { Generation } from './generation';
import { escapePath, normalizePath } from './router';
import { tlsClient } from './tls-client';

/** nginx's buffers as Kong leaves them: a request line or header that does not fit is refused. */
const MAX_LINE_BYTES = 8192;

/**
 * Finds the exchange's route and the way to its service. Without a route, and where the route wants another protocol,
 * the exchange is answered here.
 */
export function findRoute(exchange: Exchange, generation: Generation): void {
  if (isMalformed(exchange)) return;
  const { headers, listener } = exchange;
  const match = generation.router.match({
    method: exchange.method,
    host: exchange.host,
    port: exchange.hostPort ?? listener.port,
    path: normalizePath(exchange.rawPath),
    scheme: listener.scheme,
    sni: tlsClient(exchange.tlsSocket)?.serverName,
    headers: (name) => headers.all(name),
  });
  exchange.match = match;
  if (match === undefined) {
    exchange.exitWithError(404, 'no Route matched with those values');
    return;
  }
  const { route } = match;
  const { service } = route;
  if (listener.scheme === 'http' && !route.protocols.includes('http')) {
    demandHttps(exchange, route.https_redirect_status_code);
  }
  if (service === undefined) return;
  exchange.upstream = {
    scheme: service.protocol,
    host: service.host,
    port: service.port,
    path: escapePath(match.upstreamPath),
    query: exchange.rawQuery,
    hostHeader: undefined,
  };
}

function isMalformed(exchange: Exchange): boolean {
  if (exchange.requestUri.length > MAX_LINE_BYTES) {
    exchange.exitWithError(414);
    return true;
  }
  const tooLong = exchange.headers.longest() > MAX_LINE_BYTES;
  if (tooLong) exchange.exitWithError(400, 'Request header or cookie too large');
  // Two hosts would be one for us and another for the service (RFC 9112 3.2).
  else if (exchange.headers.all('host').length > 1) exchange.exitWithError(400);
  return exchange.answer.exited;
}

function demandHttps(exchange: Exchange, status: number): void {
  if (status === 426) {
    exchange.exitWithError(426, 'Please use HTTPS protocol', [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'TLS/1.2, HTTP/1.1'],
    ]);
  } else {
    const location = `https://${exchange.host}${exchange.requestUri}`;
    exchange.answer.exit(status, Buffer.alloc(0), [['Location', location]]);
  }
}
