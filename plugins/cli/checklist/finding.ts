import type { Localized } from '../../core/errors';
import { EXIT } from '../shell/exit-codes';

/** How a check ended. `skip`: it could not be made, and `found` says why. */
export type Level = 'ok' | 'warn' | 'fail' | 'skip';

/** One line of a checklist: what was looked at, what was found, and, unless all is well, what to do. */
export interface Finding {
  /** Stable name, for scripts and for the pages. */
  readonly check: string;
  readonly level: Level;
  readonly found: Localized;
  readonly todo?: Localized;
}

/** A word or a value that is the same in both languages. */
export const same = (text: string): Localized => ({ en: text, it: text });

export const ok = (check: string, found: Localized): Finding => ({ check, level: 'ok', found });
export const skip = (check: string, found: Localized, todo?: Localized): Finding => ({
  check,
  level: 'skip',
  found,
  ...(todo === undefined ? {} : { todo }),
});
export const warn = (check: string, found: Localized, todo: Localized): Finding => ({
  check,
  level: 'warn',
  found,
  todo,
});
export const fail = (check: string, found: Localized, todo: Localized): Finding => ({
  check,
  level: 'fail',
  found,
  todo,
});

/** 3 when something is wrong. Warnings and what could not be looked at do not change the answer. */
export const exitOf = (findings: readonly Finding[]): number =>
  findings.some(({ level }) => level === 'fail') ? EXIT.refused : EXIT.ok;
