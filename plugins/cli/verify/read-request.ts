import type { Headers } from '../../core/verify';
import { CliError } from '../shell/cli-error';
import type { JudgeRequest } from './judge';

const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;

/** A captured request; the method is known when the request line is there. */
export interface CapturedRequest extends JudgeRequest {
  readonly method: string | undefined;
}

/**
 * A captured HTTP/1.1 request: request line (optional), header lines, an empty line, the body. With Content-Length
 * the body ends there, so that the line feed an editor adds does not count.
 *
 * @throws CliError CLI_INPUT naming the line.
 */
export function parseRawRequest(bytes: Buffer): CapturedRequest {
  const { lines, rest } = splitMessage(bytes);
  const [, method] = /^([A-Z]+) \S+ HTTP\/[\d.]+$/.exec(lines[0] ?? '') ?? [];
  const headers = parseHeaderLines(method === undefined ? lines : lines.slice(1));
  if (headers.has('transfer-encoding')) throw chunked();
  return { method, headers, body: bodyOf(rest, headers) };
}

/** The lines of the head, and the bytes after the empty line (RFC 9112 2.1). */
export function splitMessage(bytes: Buffer): { readonly lines: readonly string[]; readonly rest: Buffer } {
  const end = /\r?\n\r?\n/.exec(bytes.toString('latin1'));
  const head = bytes.subarray(0, end?.index ?? bytes.length).toString('latin1');
  const rest = end === null ? Buffer.alloc(0) : bytes.subarray(end.index + end[0].length);
  return { lines: head.split(/\r?\n/), rest };
}

/** @throws CliError CLI_INPUT when fewer bytes are there than Content-Length announces. */
export function bodyOf(rest: Buffer, headers: Headers): Buffer {
  const announced = headers.get('content-length')?.[0];
  if (announced === undefined || !/^\d+$/.test(announced)) return rest;
  const length = Number(announced);
  if (length <= rest.length) return rest.subarray(0, length);
  throw inputError(
    `the body has ${rest.length} bytes, Content-Length says ${length}; was the capture cut off?`,
    `il corpo ha ${rest.length} byte, Content-Length ne dichiara ${length}; la cattura è incompleta?`,
  );
}

/**
 * Header lines as the gateway sees headers: names in lower case, values as byte strings, repeated ones in order.
 *
 * @throws CliError CLI_INPUT for a line that is no header.
 */
export function parseHeaderLines(lines: readonly string[]): Headers {
  const headers = new Map<string, string[]>();
  for (const line of lines.filter((text) => text !== '')) {
    const [, name, value] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw inputError(
        `no header line: ${JSON.stringify(line)}`,
        `non è una riga d'intestazione: ${JSON.stringify(line)}`,
      );
    }
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), value]);
  }
  return headers;
}

export const inputError = (en: string, it: string) => new CliError('CLI_INPUT', { en, it });

const chunked = () =>
  inputError(
    'the request is chunked; give it decoded, with Content-Length',
    'la richiesta è chunked; fornirla decodificata, con Content-Length',
  );
