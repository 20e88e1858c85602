import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { CliError } from '../shell/cli-error';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const TIMEOUT_MS = 5000;
const MOST_BYTES = 64 * 1024 * 1024;

/** One GET, without following redirects. @throws CliError CLI_NETWORK for no answer within five seconds. */
export function httpGet(url: URL, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const refuse = (problem: string, cause?: unknown): void => {
      reject(networkError(url, problem, cause));
    };
    const sent = request(url, { headers, agent: false, timeout: TIMEOUT_MS }, (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MOST_BYTES) sent.destroy(new Error(`more than ${MOST_BYTES} bytes`));
        else chunks.push(chunk);
      });
      answer.on('error', (error) => {
        refuse(error.message, error);
      });
      answer.on('end', () => {
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    sent.on('error', (error) => {
      refuse((error as NodeJS.ErrnoException).code ?? error.message, error);
    });
    sent.end();
  });
}

const networkError = ({ origin }: URL, problem: string, cause: unknown): CliError =>
  new CliError(
    'CLI_NETWORK',
    { en: `${origin} does not answer: ${problem}`, it: `${origin} non risponde: ${problem}` },
    { cause },
  );
