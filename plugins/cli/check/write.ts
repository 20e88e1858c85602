import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../shell/context';
import { fileError } from '../shell/input';

/** @throws CliError CLI_FILE naming path and reason. */
export function writeText(name: string, text: string, { host }: Context): void {
  try {
    writeFileSync(resolve(host.cwd, name), text);
  } catch (cause) {
    throw fileError(name, cause);
  }
}
