import { fieldOf } from '../field-of';
import type { Path, Rule } from '../types';

export const CONFIG: Rule = {
  code: 'MODI_CHECK_CONFIG',
  severity: 'error',
  problem: { en: '{field}: {problem}', it: '{field}: {problem}' },
  remedy: {
    en: 'the plugin itself refuses this configuration: every call would be a 500',
    it: 'il plugin stesso rifiuta questa configurazione: ogni chiamata avrebbe 500',
  },
  *find({ compilations, certificates }, { now }) {
    for (const { complaints } of compilations) {
      for (const { path, problem, fileError } of complaints) {
        const ended = certificates.some(({ at, notAfter }) => notAfter < now && isAt(at, path));
        if (fileError === undefined && !ended) yield { at: path, words: { field: fieldOf(path), problem } };
      }
    }
  },
};

/** MODI_CHECK_CERTIFICATE_EXPIRED tells the same, and since when. */
const isAt = (one: Path, other: Path): boolean => one.join('.').startsWith(other.join('.'));
