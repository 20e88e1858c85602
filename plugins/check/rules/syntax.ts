import { faultsOf } from '../schema-faults';
import type { Rule } from '../types';

export const SYNTAX: Rule = {
  code: 'MODI_CHECK_SYNTAX',
  severity: 'error',
  problem: { en: 'this is no YAML: {problem}', it: 'non è YAML: {problem}' },
  remedy: {
    en: 'mend the syntax; nothing else was looked at',
    it: 'correggere la sintassi; il resto non è stato esaminato',
  },
  find: (file) => faultsOf(file, 'syntax'),
};
