import { cpSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CliError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { fileError } from '../shell/input';
import type { Values } from '../shell/values';

/** Stands in the same place above the source and the build. */
const SAMPLE = join(__dirname, '../../../declarative/catalogue');

/** `modi catalogue init`: the catalogue of the documents, to be changed. Overwrites nothing. */
export function initCatalogue(values: Values, context: Context): Promise<number> {
  const name = values.string('catalogue') ?? 'catalogue';
  const target = resolve(context.host.cwd, name);
  if (existsSync(target)) {
    throw new CliError('CLI_FILE_EXISTS', {
      en: `${name} is there already; nothing was written; choose another place with --catalogue`,
      it: `${name} esiste già; nulla è stato scritto; scegliere un altro posto con --catalogue`,
    });
  }
  try {
    cpSync(SAMPLE, target, { recursive: true });
  } catch (cause) {
    throw fileError(name, cause);
  }
  context.print(
    context.text({
      en: `written ${name}; next: modi catalogue build`,
      it: `scritto ${name}; poi: modi catalogue build`,
    }),
  );
  return Promise.resolve(EXIT.ok);
}
