import type { Answer } from '../../core/verify';
import { bodyOf, inputError, parseHeaderLines, splitMessage } from '../verify';

const STATUS_LINE = /^HTTP\/\d(?:\.\d)? (\d{3})(?: .*)?$/;

/**
 * A captured HTTP answer as `curl -i` saves it: status line, header lines, an empty line, the body. Interim answers
 * (1xx) in front are passed over. A Transfer-Encoding has been decoded by then (RFC 9112 7), a Content-Encoding not.
 * Where the answer stands for a body that is not sent (HEAD, 304), Content-Length announces nothing.
 *
 * @throws CliError CLI_INPUT naming the line.
 */
export function parseRawResponse(bytes: Buffer, method: string): Answer & { readonly body: Buffer } {
  const { lines, rest } = splitMessage(bytes);
  const status = statusIn(lines[0]);
  if (status === undefined) throw noStatusLine(lines[0] ?? '');
  if (status < 200) return parseRawResponse(rest, method);
  const headers = parseHeaderLines(lines.slice(1));
  const elsewhere = method === 'HEAD' || status === 304;
  return { status, headers, body: elsewhere ? rest : bodyOf(rest, headers) };
}

/** Head and body from files of their own; without a status line, as `curl -D` writes one, it was a 200. */
export function answerInPieces(lines: readonly string[], body: Buffer): Answer & { readonly body: Buffer } {
  const starts = lines.findLastIndex((line) => STATUS_LINE.test(line));
  return { status: statusIn(lines[starts]) ?? 200, headers: parseHeaderLines(lines.slice(starts + 1)), body };
}

function statusIn(line = ''): number | undefined {
  const [, digits] = STATUS_LINE.exec(line) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

const noStatusLine = (line: string) =>
  inputError(
    `an answer begins with a status line such as "HTTP/1.1 200 OK", found ${JSON.stringify(line.slice(0, 60))}; save it with curl -i`,
    `una risposta comincia con una riga di stato come "HTTP/1.1 200 OK", trovato ${JSON.stringify(line.slice(0, 60))}; salvarla con curl -i`,
  );
