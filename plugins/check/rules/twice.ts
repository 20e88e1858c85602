import { faultsOf } from '../schema-faults';
import type { Rule } from '../types';

export const TWICE: Rule = {
  code: 'MODI_CHECK_TWICE',
  severity: 'error',
  problem: { en: '{problem}', it: '{problem}' },
  remedy: { en: 'keep one of the two; Kong refuses the file', it: 'tenerne uno solo; Kong rifiuta il file' },
  find: (file) => faultsOf(file, 'twice'),
};
