import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Service } from '../config';
import type { Exchange } from '../exchange';
import type { Balancer, Peer } from './balancer';
import { serviceHeaders } from './request-headers';

/** No answer came from the service; `status` is what Kong tells the client. */
export class ServiceUnavailableError extends Error {
  override readonly name = 'ServiceUnavailableError';
  readonly status: 502 | 503 | 504;
  readonly clientMessage: string | undefined;

  constructor(status: 502 | 503 | 504, message: string, clientMessage?: string) {
    super(message);
    this.status = status;
    this.clientMessage = clientMessage;
  }
}

/** Sends requests to services, over connections that are kept. */
export class Forwarder {
  private readonly balancers: ReadonlyMap<string, Balancer>;
  private readonly agent = new Agent({ keepAlive: true, maxFreeSockets: 256 });
  private readonly tlsAgent = new TlsAgent({ keepAlive: true, maxFreeSockets: 256 });
  private readonly now: () => number;

  constructor(balancers: ReadonlyMap<string, Balancer>, now: () => number) {
    this.balancers = balancers;
    this.now = now;
  }

  /**
   * Sends the exchange to its service and returns the answer's head; the body is still to be read.
   * @throws ServiceUnavailableError when every try failed.
   */
  async send(exchange: Exchange): Promise<IncomingMessage> {
    const { match, upstream } = exchange;
    const service = match?.route.service;
    if (upstream === undefined || service === undefined) {
      throw new ServiceUnavailableError(503, 'the route has no service', 'no Service found with those values');
    }
    if (match?.route.request_buffering !== false) await exchange.body.load();
    exchange.timings.proxied = this.now();
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.attempt(exchange, service);
      } catch (error) {
        if (!this.mayRetry(exchange, service, error, tries)) throw error;
      }
    }
  }

  close(): void {
    this.agent.destroy();
    this.tlsAgent.destroy();
  }

  /** Only what never reached the service is sent again, and only a body that is still whole. */
  private mayRetry(exchange: Exchange, service: Service, error: unknown, tries: number): boolean {
    const replayable = exchange.body.current !== undefined;
    return error instanceof ConnectError && replayable && tries < service.retries && !exchange.outgoing.destroyed;
  }

  private async attempt(exchange: Exchange, service: Service): Promise<IncomingMessage> {
    const { peer, host } = this.resolve(exchange, service);
    const started = this.now();
    const entry = { ip: peer.host, port: peer.port, balancer_start: started, balancer_latency: 0 };
    try {
      const answer = await this.exchangeWith(exchange, service, peer, host);
      exchange.tries.push(entry);
      return answer;
    } catch (error) {
      exchange.tries.push({ ...entry, state: 'failed', code: 502 });
      throw error;
    }
  }

  private resolve(exchange: Exchange, service: Service): { peer: Peer; host: string } {
    const { upstream, match } = exchange;
    if (upstream === undefined) throw new TypeError('an exchange without a service cannot be forwarded');
    const balancer = this.balancers.get(upstream.host);
    const peer = balancer === undefined ? upstream : balancer.next();
    if (peer === undefined) {
      const text = 'failure to get a peer from the ring-balancer';
      throw new ServiceUnavailableError(503, `${service.host}: ${text}`, text);
    }
    const defaultPort = upstream.scheme === 'https' ? 443 : 80;
    const own = balancer?.hostHeader ?? (peer.port === defaultPort ? peer.host : `${peer.host}:${peer.port}`);
    const preserved =
      match?.route.preserve_host === true ? (exchange.headers.first('host') ?? exchange.host) : undefined;
    return { peer, host: upstream.hostHeader ?? preserved ?? own };
  }

  private exchangeWith(exchange: Exchange, service: Service, peer: Peer, host: string): Promise<IncomingMessage> {
    const { upstream, body } = exchange;
    const path = escapedTarget(upstream?.path ?? '/', upstream?.query);
    const length = contentLength(exchange);
    const options = {
      host: peer.host,
      port: peer.port,
      method: exchange.method,
      path,
      headers: serviceHeaders(exchange, host, length),
      timeout: service.read_timeout,
    };
    return new Promise((resolve, reject) => {
      const outgoing =
        upstream?.scheme === 'https'
          ? httpsRequest({
              ...options,
              agent: this.tlsAgent,
              servername: serverName(host),
              rejectUnauthorized: service.tls_verify === true,
            })
          : httpRequest({ ...options, agent: this.agent });
      settle(outgoing, exchange, resolve, reject);
      if (!body.present && body.current?.kind !== 'file' && length === undefined) outgoing.end();
      else writeBody(outgoing, exchange);
    });
  }
}

/** The connection could not be made, or broke before any byte of an answer: the service has not answered. */
class ConnectError extends ServiceUnavailableError {}

function settle(
  outgoing: ClientRequest,
  exchange: Exchange,
  resolve: (answer: IncomingMessage) => void,
  reject: (error: Error) => void,
): void {
  outgoing.once('response', resolve);
  outgoing.once('timeout', () => {
    outgoing.destroy(new ServiceUnavailableError(504, 'the service did not answer in time'));
  });
  outgoing.on('error', (error) => {
    reject(error instanceof ServiceUnavailableError ? error : failure(outgoing, error));
  });
  // Nobody waits for the answer any more: nothing is left to do for the service either.
  exchange.outgoing.once('close', () => {
    if (!exchange.outgoing.writableFinished) outgoing.destroy();
  });
}

function failure(outgoing: ClientRequest, error: Error): ServiceUnavailableError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new ServiceUnavailableError(503, error.message, 'name resolution failed');
  }
  const unsent = code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH';
  const stale = outgoing.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');
  return unsent || stale ? new ConnectError(502, error.message) : new ServiceUnavailableError(502, error.message);
}

function writeBody(outgoing: ClientRequest, exchange: Exchange): void {
  const source = exchange.body.stream();
  if (Buffer.isBuffer(source)) {
    outgoing.end(source);
    return;
  }
  source.on('error', (error) => outgoing.destroy(error));
  source.pipe(outgoing);
}

/** Known once the body is loaded; otherwise what the client said, or undefined for chunks. */
function contentLength({ body, incoming, method }: Exchange): number | undefined {
  const { current } = body;
  if (current === undefined) {
    const announced = incoming.headers['content-length'];
    return announced === undefined ? undefined : Number(announced);
  }
  const size = current.kind === 'memory' ? current.bytes.length : current.size;
  return size > 0 || !['GET', 'HEAD', 'OPTIONS', 'DELETE', 'TRACE'].includes(method) ? size : undefined;
}

const escapedTarget = (path: string, query: string | undefined): string =>
  query === undefined ? path : `${path}?${query}`;

/** An address is no server name (RFC 6066 3). */
function serverName(host: string): string {
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return isIP(name) === 0 ? name : '';
}
