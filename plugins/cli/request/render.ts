import type { HeaderList } from '../../core/sign';
import type { WireRequest } from './wire';

/** The request as HTTP/1.1 writes it, byte for byte (RFC 9112 2.1). */
export function renderHttp(wire: WireRequest, url: URL): Buffer {
  const headers: HeaderList = [['Host', url.host], ...wire.headers, ...contentLength(wire)];
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = `${wire.method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), wire.body]);
}

const contentLength = ({ body }: WireRequest): HeaderList =>
  body.length === 0 ? [] : [['Content-Length', String(body.length)]];

/**
 * The request as a curl command for a POSIX shell. `data` is what curl shall send: the text of the body, or `@file`
 * and `@-`, which curl reads itself, so that not one byte is changed by quoting.
 */
export function renderCurl(wire: WireRequest, url: URL, data: string): string {
  const words = [
    ['curl', '--request', wire.method, quoted(url.href)],
    ...wire.headers.map(([name, value]) => ['--header', quoted(`${name}: ${value}`)]),
    ...(wire.body.length === 0 ? [] : [['--data-binary', quoted(data)]]),
  ];
  return words.map((line) => line.join(' ')).join(' \\\n  ');
}

/** Single quotes keep everything; a single quote itself leaves, escapes, returns. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
