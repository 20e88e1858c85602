import { lookup } from 'node:dns';
import {
  request as httpRequest,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './address';

/** What a fetch may cost, and where it may lead. */
export interface FetchRules {
  /** From the first packet to the last byte, in milliseconds. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Host names that may lead to private, loopback and link-local addresses. */
  readonly privateHosts: ReadonlySet<string>;
  /** PEM of the authorities that the server's certificate must chain to; when absent, those of the platform. */
  readonly ca?: readonly string[];
  /** Media types that are accepted when the server names one, in lower case; when absent, any. */
  readonly types?: readonly string[];
  /** How names become addresses; the system's way when absent. */
  readonly resolver?: LookupFunction;
}

/** What is sent; `GET` without a body when absent. */
export interface FetchRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface FetchAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Nothing usable came back. The message is one ASCII clause without anything the server chose. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
}

/**
 * Fetches one resource with GET: no redirects, no proxy, no cookies, no compression; bounded in time and size.
 *
 * The name is resolved once, and the connection goes to the very address that was looked at: an answer of the name
 * server that changes between check and use cannot lead anywhere else.
 *
 * @throws FetchError (rejects) for anything but a complete answer with status 200.
 */
export async function fetchBytes(url: URL, rules: FetchRules): Promise<Buffer> {
  return (await exchange(url, GET, rules, refuseOtherStatus)).body;
}

/** As `fetchBytes`, with POST: sends a body of this media type. */
export async function postBytes(url: URL, type: string, body: Buffer, rules: FetchRules): Promise<Buffer> {
  const headers = { 'Content-Type': type, 'Content-Length': String(body.length) };
  return (await exchange(url, { method: 'POST', headers, body }, rules, refuseOtherStatus)).body;
}

/**
 * As `fetchBytes`, for callers who have more to say than GET, and to whom other statuses mean something.
 * @throws FetchError (rejects) for anything but a complete answer that is no redirect.
 */
export async function fetchAnswer(url: URL, request: FetchRequest, rules: FetchRules): Promise<FetchAnswer> {
  return exchange(url, request, rules, () => undefined);
}

const GET: FetchRequest = { method: 'GET', headers: {} };

function refuseOtherStatus(status: number): void {
  if (status !== 200) throw new FetchError(`it answers ${status}`);
}

async function exchange(
  url: URL,
  sent: FetchRequest,
  rules: FetchRules,
  checkStatus: (status: number) => void,
): Promise<FetchAnswer> {
  if (forbidden) throw new FetchError('this process fetches nothing');
  refuseLiteral(url.hostname, rules);
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => {
      request.destroy(new FetchError(`there was no complete answer within ${rules.timeoutMs} ms`));
    }, rules.timeoutMs);
    const settle = (finish: () => void) => {
      clearTimeout(deadline);
      finish();
    };
    const fail = (error: unknown) => {
      settle(() => {
        reject(error instanceof FetchError ? error : new FetchError(problemOf(error), { cause: error }));
      });
      request.destroy();
    };
    const request = start(url, sent, rules);
    request.on('error', fail);
    request.on('response', (response) => {
      collect(response, rules, checkStatus).then((answer) => {
        settle(() => {
          resolve(answer);
        });
      }, fail);
    });
    request.end(sent.body);
  });
}

let forbidden = false;

/** For a process that only judges a configuration, and must not reach out for what the configuration names. */
export function forbidFetches(isForbidden = true): void {
  forbidden = isForbidden;
}

function start(url: URL, { method, headers }: FetchRequest, rules: FetchRules): ClientRequest {
  const options: RequestOptions = {
    agent: false,
    method,
    headers: {
      Accept: rules.types?.join(', ') ?? '*/*',
      'User-Agent': 'kong-plugin-modi',
      Connection: 'close',
      ...headers,
    },
    lookup: guarded(rules),
    maxHeaderSize: 16_384,
  };
  if (url.protocol === 'http:') return httpRequest(url, options);
  return httpsRequest(url, {
    ...options,
    ...(rules.ca === undefined ? {} : { ca: [...rules.ca] }),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  });
}

/** Names are resolved here and nowhere else; what is answered is what the socket connects to. */
function guarded({ resolver = lookup, privateHosts }: FetchRules): LookupFunction {
  return (hostname, options, callback) => {
    resolver(hostname, { ...options, all: true }, (error, found) => {
      const addresses = typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found;
      const [first] = error === null ? addresses : [];
      if (
        first === undefined ||
        !addresses.every(({ address }) => privateHosts.has(hostname) || isPublicAddress(address))
      ) {
        callback(error ?? new FetchError('the host leads to an address that is not public'), []);
      } else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** A literal address is connected to without a look-up. */
function refuseLiteral(hostname: string, { privateHosts }: FetchRules): void {
  const literal = hostname.replaceAll(/^\[|\]$/g, '');
  if (isIP(literal) === 0 || privateHosts.has(literal) || isPublicAddress(literal)) return;
  throw new FetchError('the host is an address that is not public');
}

async function collect(
  response: IncomingMessage,
  { maxBytes, types }: FetchRules,
  checkStatus: (status: number) => void,
): Promise<FetchAnswer> {
  const { statusCode: status = 0, headers } = response;
  if (status >= 300 && status < 400) throw new FetchError(`it answers ${status}; redirects are not followed`);
  checkStatus(status);
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new FetchError('the answer is compressed, which was not asked for');
  }
  const [type = ''] = (headers['content-type'] ?? '').toLowerCase().split(';');
  if (types !== undefined && status === 200 && type !== '' && !types.includes(type.trim())) {
    throw new FetchError('the answer is of another media type');
  }
  return { status, headers, body: await body(response, maxBytes) };
}

async function body(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new FetchError(`the answer is larger than ${maxBytes} bytes`);
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  if (!response.complete) throw new FetchError('the answer was cut off');
  return Buffer.concat(chunks);
}

/** Error codes are the platform's own words; messages may hold what the server sent. */
function problemOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return `it cannot be reached (${typeof code === 'string' ? code : 'unknown error'})`;
}
