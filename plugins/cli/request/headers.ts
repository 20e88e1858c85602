import type { HeaderList } from '../../core/sign';
import { usageError } from '../shell/cli-error';

const LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e]*?)[ \t]*$/;

/**
 * `Name: value` lines as headers. Printable ASCII only: what else a value may hold on the wire differs between tools,
 * and a signed header must be the same bytes for everybody.
 *
 * @throws CliError CLI_USAGE naming the line.
 */
export function readHeaders(lines: readonly string[]): HeaderList {
  return lines.map((line) => {
    const [, name, value] = LINE.exec(line) ?? [];
    if (name !== undefined && value !== undefined) return [name, value] as const;
    throw usageError(
      `--header must be "Name: value" in printable ASCII, found ${JSON.stringify(line)}`,
      `--header dev'essere "Nome: valore" in ASCII stampabile, trovato ${JSON.stringify(line)}`,
    );
  });
}

/** The value of the first header of this name. */
export const headerOf = (headers: HeaderList, name: string): string | undefined =>
  headers.find(([candidate]) => candidate.toLowerCase() === name.toLowerCase())?.[1];

/** What the body most likely is, when nobody said: JSON, text or bytes. */
export function contentTypeOf(body: Buffer): string {
  const text = body.toString('utf8');
  if (Buffer.compare(Buffer.from(text, 'utf8'), body) !== 0) return 'application/octet-stream';
  try {
    JSON.parse(text);
    return 'application/json';
  } catch {
    return 'text/plain; charset=utf-8';
  }
}
