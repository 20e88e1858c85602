import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { isIPv6, type AddressInfo } from 'node:net';
import { answerControl, CONTROL } from './control';
import type { PlatformData } from './data';
import { send, sendFaulty } from './faults';
import { problem, type PlatformRequest } from './http';
import { MockPlatform, partOf } from './platform';
import type { RateLimit } from './rate-limit';
import type { TokenRefusal } from './refusal';
import { makeRsaKey, type KeyMaker } from './signing-keys';

export interface PlatformOptions {
  readonly data: PlatformData;
  /** Loopback by default: the mock trusts whoever reaches it. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port?: number;
  /** PEM; with it the platform speaks HTTPS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly rateLimit?: RateLimit;
  /** Seconds since the epoch; the clock by default. */
  readonly now?: () => number;
  /** What the platform's own keys come from; new ones by default. */
  readonly makeKey?: KeyMaker;
  /** Told why a voucher was refused; callers get one opaque code. */
  readonly onRefusal?: (refusal: TokenRefusal) => void;
}

/** Where a running mock platform is, and the handle on what it does. */
export interface RunningPlatform {
  readonly url: string;
  /** iss of its vouchers. */
  readonly issuer: string;
  readonly assertionAudience: string;
  readonly tokenUri: string;
  readonly jwksUri: string;
  readonly answerKeysUri: string;
  /** Base of its API: 1.0, v2 or v3. */
  apiUri(version: 'v1' | 'v2' | 'v3'): string;
  readonly platform: MockPlatform;
  /** Ends all connections. */
  close(): Promise<void>;
}

const ISSUER = 'pdnd.localhost';
const ASSERTION_AUDIENCE = 'auth.pdnd.localhost/client-assertion';
const RATE_LIMIT: RateLimit = { max: 1000, intervalMs: 1000 };
const MAX_BODY = 65_536;

/**
 * Starts a mock of the national platform: token endpoint, JWK Sets, API v1, v2, v3 with events. Its signing keys are
 * made at the start; everything else is what `data` says.
 *
 * @throws PlatformDataError, and rejects with the system's error when the port cannot be had.
 */
export async function startPlatform(options: PlatformOptions): Promise<RunningPlatform> {
  const { data, rateLimit = RATE_LIMIT, makeKey = makeRsaKey, now = clock, onRefusal = () => undefined } = options;
  const names = { issuer: ISSUER, assertionAudience: ASSERTION_AUDIENCE };
  const platform = new MockPlatform({ ...names, data, rateLimit, makeKey, now, onRefusal });
  let base = '';
  const server = serverOf(options, (request, response) => {
    handle(request, response, platform, base).catch((error: unknown) => {
      response.destroy(error as Error);
    });
  });
  base = await listening(server, options);
  return {
    url: base,
    issuer: ISSUER,
    assertionAudience: ASSERTION_AUDIENCE,
    tokenUri: `${base}/token.oauth2`,
    jwksUri: `${base}/.well-known/jwks.json`,
    answerKeysUri: `${base}/api/.well-known/jwks.json`,
    apiUri: (version) => `${base}/api/${version === 'v1' ? '1.0' : version}`,
    platform,
    close: () => closed(server),
  };
}

const clock = (): number => Date.now() / 1000;

const serverOf = ({ tls }: PlatformOptions, answer: RequestListener): Server =>
  tls === undefined ? createServer(answer) : createTlsServer(tls, answer);

function listening(server: Server, { host = '127.0.0.1', port = 0, tls }: PlatformOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const { port: found } = server.address() as AddressInfo;
      resolve(`${tls === undefined ? 'http' : 'https'}://${isIPv6(host) ? `[${host}]` : host}:${found}`);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

async function handle(
  message: IncomingMessage,
  response: ServerResponse,
  platform: MockPlatform,
  base: string,
): Promise<void> {
  const [path = '', query = ''] = (message.url ?? '').split('?');
  const part = partOf(path);
  if (part !== undefined) platform.seen[part] += 1;
  const body = await bodyOf(message);
  if (body === undefined) {
    send(response, problem(413, 'Content Too Large', 'the body is too large'));
    return;
  }
  const request: PlatformRequest = {
    method: message.method ?? '',
    path,
    query: new URLSearchParams(query),
    headers: message.headers,
    body,
  };
  if (path === CONTROL || path.startsWith(`${CONTROL}/`)) {
    send(response, answerControl(request, platform));
    return;
  }
  const answer = await platform.answer(request, base);
  const fault = part === undefined ? undefined : platform.faults.get(part);
  if (fault === undefined) send(response, answer);
  else sendFaulty(response, fault, answer);
}

async function bodyOf(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
