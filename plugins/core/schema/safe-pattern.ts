import { ConfigError } from './config-error';

const MAX_PATTERN = 256;
/** Each lets a backtracking matcher try another factor of the value's length. */
const MAX_OPEN_REPETITIONS = 3;

/** Characters of a value that any safe pattern may be matched with: milliseconds. */
export const SAFE_LENGTH = 256;

/**
 * The regular expression of a configuration, which the whole value must match, not some part of it. Matching takes a
 * time that is bounded by the value's length to the fourth: whoever matches bounds that length.
 *
 * @throws ConfigError naming `field` for a text that is no regular expression, too long, or not a safe one.
 */
export function compileSafePattern(text: string, field: string): RegExp {
  if (text.length > MAX_PATTERN) throw new ConfigError(field, `has more than ${MAX_PATTERN} characters`);
  const danger = dangerOf(text);
  if (danger !== undefined) throw new ConfigError(field, `${danger}: matching it can take for ever; simplify it`);
  try {
    return new RegExp(`^(?:${text})$`, 'u');
  } catch (cause) {
    throw new ConfigError(field, `"${text}" is no regular expression`, { cause });
  }
}

/** Whether the pattern is a quick one for values longer than SAFE_LENGTH too: at most one repetition of no fixed length. */
export const isQuickPattern = (text: string): boolean => openRepetitions(bareOf(text)) <= 1;

/** Without what is escaped, and without classes of characters. */
const bareOf = (text: string): string => text.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x');

const openRepetitions = (bare: string): number => bare.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0;

/** What makes a matcher that goes back and tries again busy for hours over a short text. */
function dangerOf(text: string): string | undefined {
  if (/\\[1-9k]/.test(text)) return 'refers back to a group';
  if (/\(\?<?[=!]/.test(text)) return 'looks around';
  const bare = bareOf(text);
  if (/\)[*+{]/.test(bare)) return 'repeats a group';
  const open = openRepetitions(bare);
  return open > MAX_OPEN_REPETITIONS ? `has ${open} repetitions of no fixed length` : undefined;
}
