import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { HeaderList } from '../../core/sign';
import { CliError } from '../shell/cli-error';
import type { WireRequest } from './wire';

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderList;
  readonly body: Buffer;
}

export interface SendOptions {
  /** Seconds until the exchange is given up. */
  readonly timeout: number;
  /** Authorities of the server's TLS certificate; the platform's own when undefined. */
  readonly authorities?: Buffer | undefined;
}

const LARGEST_ANSWER = 16 * 1024 * 1024;

/**
 * Sends the request exactly as built, repeated headers included, and reads the whole answer. Redirects are not
 * followed: a signed request is meant for one audience.
 *
 * @throws CliError CLI_NETWORK with what to check.
 */
export async function send(wire: WireRequest, url: URL, options: SendOptions): Promise<Answer> {
  try {
    return await exchange(wire, url, options);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw networkError(cause, url, options.timeout);
  }
}

function exchange(wire: WireRequest, url: URL, { timeout, authorities }: SendOptions): Promise<Answer> {
  const options: RequestOptions & { ca?: Buffer } = {
    method: wire.method,
    // A flat list is written as it stands: no header is merged, reordered or added.
    headers: [
      ...[['Host', url.host], ...wire.headers].flat(),
      ...['Content-Length', String(wire.body.length), 'Connection', 'close'],
    ],
    signal: AbortSignal.timeout(timeout * 1000),
    agent: false,
    ...(authorities === undefined ? {} : { ca: authorities }),
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
      readAnswer(response).then(resolve, reject);
    });
    request.on('error', reject);
    request.end(wire.body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > LARGEST_ANSWER) throw tooLarge();
  }
  const { rawHeaders } = response;
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
  );
  return {
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? '',
    headers,
    body: Buffer.concat(chunks),
  };
}

const tooLarge = () =>
  new CliError('CLI_NETWORK', {
    en: `the answer is larger than ${LARGEST_ANSWER} bytes; fetch it with another tool`,
    it: `la risposta supera ${LARGEST_ANSWER} byte; scaricarla con un altro strumento`,
  });

function networkError(cause: unknown, url: URL, timeout: number): CliError {
  const { code = '', name, message } = cause as NodeJS.ErrnoException;
  const [en, it] = explained(name === 'AbortError' || name === 'TimeoutError' ? 'TIMEOUT' : code, url, timeout) ?? [
    message || code,
    message || code,
  ];
  return new CliError('CLI_NETWORK', { en: `${url.origin}: ${en}`, it: `${url.origin}: ${it}` }, { cause });
}

function explained(code: string, url: URL, timeout: number): readonly [en: string, it: string] | undefined {
  if (/CERT|SIGNATURE|ALTNAME|SELF_SIGNED/.test(code)) {
    return [
      `the TLS certificate is not believed (${code}); name its authority with --cacert`,
      `il certificato TLS non è creduto (${code}); indicarne l'autorità con --cacert`,
    ];
  }
  switch (code) {
    case 'ECONNREFUSED':
      return [
        'nobody listens there; is the gateway running (modi start)?',
        'nessuno è in ascolto; il gateway è avviato (modi start)?',
      ];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [
        `no address for ${url.hostname}; check the name`,
        `nessun indirizzo per ${url.hostname}; verificare il nome`,
      ];
    case 'TIMEOUT':
      return [`no answer within ${timeout} s; see --timeout`, `nessuna risposta entro ${timeout} s; vedi --timeout`];
    case 'ECONNRESET':
      return ['the connection was closed without an answer', 'la connessione è stata chiusa senza risposta'];
    case 'EPROTO':
      return ['no TLS there; is it http?', 'nessun TLS; è forse http?'];
    default:
      return undefined;
  }
}
