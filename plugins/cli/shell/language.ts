import type { Language } from '../../core/errors';
import type { Host } from './host';

/**
 * The language of help and reports: `--lang`, else the locale of the environment (POSIX order), else English.
 * Read from the raw arguments, because help and usage errors already speak it. Codes and flags are always English.
 */
export function languageOf(argv: readonly string[], env: Host['env']): Language {
  const index = argv.findIndex((argument) => argument === '--lang' || argument.startsWith('--lang='));
  const flag = index === -1 ? undefined : (argv[index]?.split('=')[1] ?? argv[index + 1]);
  const locale = flag ?? [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value) ?? '';
  return /^it\b|^it_/i.test(locale) ? 'it' : 'en';
}
