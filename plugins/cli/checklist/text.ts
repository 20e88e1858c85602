import type { Context } from '../shell/context';
import { safeText } from '../shell/safe-text';
import type { Style } from '../shell/style';
import type { Finding, Level } from './finding';

const paintOf = (style: Style, level: Level) =>
  ({ ok: style.good, warn: style.warn, fail: style.bad, skip: style.faint })[level];

/** One line a check, dotted, and under it what to do. Names and values come from outside: nothing in them moves the cursor. */
export function checklistLines(findings: readonly Finding[], style: Style, context: Context): readonly string[] {
  const width = Math.max(0, ...findings.map(({ check }) => check.length)) + 3;
  return findings.flatMap(({ check, level, found, todo }) => [
    `${paintOf(style, level)(level.padEnd(4))}  ${`${check} `.padEnd(width, '.')} ${safeText(context.text(found))}`,
    ...(todo === undefined ? [] : [`${' '.repeat(6 + width + 1)}-> ${safeText(context.text(todo))}`]),
  ]);
}

/** The same for a script: both languages are not needed there, the check's name is the key. */
export const checklistJson = (findings: readonly Finding[], context: Context): readonly object[] =>
  findings.map(({ check, level, found, todo }) => ({
    check,
    level,
    found: context.text(found),
    ...(todo === undefined ? {} : { todo: context.text(todo) }),
  }));
