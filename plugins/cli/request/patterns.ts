import type { Pattern } from '../../core/sign';
import { nearest } from '../../core/text';
import { usageError } from '../shell/cli-error';

export const PATTERNS: readonly Pattern[] = ['ID_AUTH_REST_01', 'ID_AUTH_REST_02', 'INTEGRITY_REST_01'];

/**
 * The patterns of a comma list, out of `known`; `id-auth-rest-01` is understood as well.
 *
 * @throws CliError CLI_USAGE for an unknown pattern or an impossible combination.
 */
export function readPatterns<P extends string>(list: string | undefined, known: readonly P[]): readonly P[] {
  const words = (list ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words.length === 0) throw missing();
  const patterns = [...new Set(words.map((word) => readPattern(word, known)))];
  const both = ['ID_AUTH_REST_01', 'ID_AUTH_REST_02'].every((id) => patterns.some((pattern) => pattern === id));
  if (both) throw exclusive();
  return patterns;
}

function readPattern<P extends string>(word: string, known: readonly P[]): P {
  const spelled = word.toUpperCase().replaceAll('-', '_');
  const pattern = known.find((candidate) => candidate === spelled);
  if (pattern !== undefined) return pattern;
  const meant = nearest(spelled, known);
  throw usageError(
    `--pattern does not know "${word}"; ${meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`}`,
    `--pattern non conosce "${word}"; ${meant === undefined ? `esistono ${known.join(', ')}` : `forse ${meant}?`}`,
  );
}

const missing = () =>
  usageError(
    '--pattern is missing: say which ModI patterns the service asks for, e.g. --pattern ID_AUTH_REST_01',
    'manca --pattern: indicare i pattern ModI che il servizio richiede, ad es. --pattern ID_AUTH_REST_01',
  );

const exclusive = () =>
  usageError(
    '--pattern takes one of ID_AUTH_REST_01 and ID_AUTH_REST_02: the second is the first with a unique jti',
    '--pattern accetta uno solo fra ID_AUTH_REST_01 e ID_AUTH_REST_02: il secondo è il primo con un jti unico',
  );
