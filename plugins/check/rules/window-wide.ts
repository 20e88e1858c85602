import { configPath, numberAt, pluginsNamed } from '../questions';
import type { Rule } from '../types';

export const WINDOW_WIDE: Rule = {
  code: 'MODI_CHECK_WINDOW_WIDE',
  severity: 'warning',
  problem: {
    en: '{field} is {value} seconds: a stolen token is good for so long',
    it: '{field} è {value} secondi: un token rubato vale tanto',
  },
  remedy: {
    en: 'callers that make a token per call need {usual} seconds or less',
    it: 'a chi crea un token per chiamata bastano {usual} secondi',
  },
  *find(file) {
    for (const plugin of pluginsNamed(file, 'modi-verify')) {
      for (const [field, usual] of USUAL) {
        const value = numberAt(plugin, field) ?? 0;
        if (value > usual) yield { at: configPath(plugin, field), words: { field, value, usual } };
      }
    }
  },
};

const USUAL: readonly (readonly [field: string, seconds: number])[] = [
  ['clock_skew', 60],
  ['max_age', 3600],
];
