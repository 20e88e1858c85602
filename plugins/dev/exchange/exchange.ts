import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Consumer } from '../config';
import type { LuaValue } from '../lua-value';
import type { RouteMatch } from '../router';
import type { ConfiguredPlugin } from '../plugin';
import { Answer } from './answer';
import { HeaderList } from './header-list';
import { kongError } from './kong-error';
import type { RequestBody } from './request-body';

/** Where a request came in. */
export interface Listener {
  readonly scheme: 'http' | 'https';
  readonly port: number;
}

/** Whom an authentication plugin recognised; a made-up consumer is not one of kong.yml. */
export type AuthenticatedConsumer = Pick<Consumer, 'id'> & Partial<Pick<Consumer, 'username' | 'custom_id' | 'tags'>>;
export interface Credential {
  readonly id: string;
  readonly consumer_id?: string;
}

/** Where the request is going; plugins may change every part of it in access. */
export interface UpstreamRequest {
  scheme: 'http' | 'https';
  host: string;
  port: number;
  path: string;
  query: string | undefined;
  /** Undefined: the host of the service or target. */
  hostHeader: string | undefined;
}

/** One try at the service, as the log record lists it. */
export interface Try {
  readonly ip: string;
  readonly port: number;
  readonly balancer_start: number;
  readonly balancer_latency: number;
  readonly state?: string;
  readonly code?: number;
}

/** When the stages of a request began or ended, in milliseconds since 1970; 0 when the stage was not reached. */
export interface Timings {
  readonly started: number;
  proxied: number;
  answered: number;
}

/** Everything known of one request and its answer, from the first header to the log record. */
export class Exchange {
  /** 32 hex characters: nginx's `kong_request_id`. */
  readonly id: string;
  readonly worker: number;
  readonly listener: Listener;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** As on the request line. */
  readonly requestUri: string;
  readonly rawPath: string;
  readonly rawQuery: string | undefined;
  readonly host: string;
  readonly hostPort: number | undefined;
  /** What the service will be sent: plugins add to it and take from it. */
  readonly headers: HeaderList;
  readonly body: RequestBody;
  readonly answer = new Answer();
  readonly timings: Timings;
  readonly shared = new Map<string, LuaValue>();
  readonly nginxContext = new Map<string, LuaValue>();
  readonly logValues: { readonly key: string; readonly value: LuaValue | undefined }[] = [];
  readonly tries: Try[] = [];
  method: string;
  match: RouteMatch | undefined;
  upstream: UpstreamRequest | undefined;
  /** What the service answered, before any plugin touched it. */
  upstreamStatus: number | undefined;
  serviceHeaders = new HeaderList();
  /** Only when the answer is buffered. */
  serviceBody: Buffer | undefined;
  consumer: AuthenticatedConsumer | undefined;
  credential: Credential | undefined;
  /** The plugins that apply, as found in access; later phases run these. */
  plugins: readonly ConfiguredPlugin[] = [];
  private readonly bytesBefore: number;

  constructor(options: {
    readonly id: string;
    readonly worker: number;
    readonly listener: Listener;
    readonly incoming: IncomingMessage;
    readonly outgoing: ServerResponse;
    readonly body: RequestBody;
    readonly started: number;
  }) {
    const { incoming } = options;
    this.id = options.id;
    this.worker = options.worker;
    this.listener = options.listener;
    this.incoming = incoming;
    this.outgoing = options.outgoing;
    this.body = options.body;
    this.timings = { started: options.started, proxied: 0, answered: 0 };
    this.bytesBefore = incoming.socket.bytesWritten;
    this.method = incoming.method ?? 'GET';
    this.headers = HeaderList.fromFlat(incoming.rawHeaders);
    const { uri, authority } = splitTarget(incoming.url ?? '/');
    this.requestUri = uri;
    const question = uri.indexOf('?');
    this.rawPath = question === -1 ? uri : uri.slice(0, question);
    this.rawQuery = question === -1 ? undefined : uri.slice(question + 1);
    const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(authority ?? incoming.headers.host ?? '') ?? [];
    this.host = host.toLowerCase();
    this.hostPort = port === undefined ? undefined : Number(port);
  }

  /** Bytes of the answer that went out, headers included, as nginx counts them. */
  get bytesSent(): number {
    return this.incoming.socket.bytesWritten - this.bytesBefore;
  }

  get remoteAddress(): string {
    return (this.incoming.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  }

  get tlsSocket(): TLSSocket | undefined {
    return this.incoming.socket instanceof TLSSocket ? this.incoming.socket : undefined;
  }

  /** kong.response.error: ends the request with an error of the gateway's own, in the form the client accepts. */
  exitWithError(status: number, message?: string, headers: readonly (readonly [string, string])[] = []): void {
    const { body, contentType } = kongError(status, message, this.id, this.headers.first('accept'));
    this.answer.exit(status, body, [...headers, ['Content-Type', contentType]]);
  }

  /** kong.response.exit with a table. */
  exitWithJson(status: number, content: Readonly<Record<string, LuaValue>>): void {
    const body = Buffer.from(JSON.stringify(content), 'latin1');
    this.answer.exit(status, body, [['Content-Type', 'application/json; charset=utf-8']]);
  }
}

/** A request target is a path, or an absolute URI whose authority then counts instead of Host (RFC 9112 3.2.2). */
function splitTarget(target: string): { uri: string; authority: string | undefined } {
  const absolute = /^https?:\/\/([^/?]*)(.*)$/i.exec(target);
  if (absolute === null) return { uri: target, authority: undefined };
  const rest = absolute[2] ?? '';
  return { uri: rest.startsWith('/') ? rest : `/${rest}`, authority: absolute[1] };
}
