import { faultsOf } from '../schema-faults';
import type { Rule } from '../types';

export const FORMAT_VERSION: Rule = {
  code: 'MODI_CHECK_FORMAT_VERSION',
  severity: 'error',
  problem: { en: '{problem}', it: '{problem}' },
  remedy: { en: "write _format_version: '3.0' at the top", it: "scrivere _format_version: '3.0' in testa" },
  fixable: true,
  *find(file) {
    for (const hit of faultsOf(file, 'format')) {
      yield { ...hit, fix: { kind: 'set', path: ['_format_version'], value: '3.0' } };
    }
  },
};
