import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Answer } from '../request';
import type { Context } from '../shell/context';
import { fileError } from '../shell/input';

/**
 * Writes status line, headers and the body as received, which is what `modi verify --response` reads.
 *
 * @throws CliError CLI_FILE.
 */
export function saveAnswer(answer: Answer, path: string | undefined, context: Context): void {
  if (path === undefined) return;
  const { status, reason, headers, body } = answer;
  const lines = [`HTTP/1.1 ${status} ${reason}`, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''];
  try {
    writeFileSync(resolve(context.host.cwd, path), Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), body]));
  } catch (cause) {
    throw fileError(path, cause);
  }
}
