import { faultsOf } from '../schema-faults';
import type { Rule } from '../types';

export const FIELD_MISSING: Rule = {
  code: 'MODI_CHECK_FIELD_MISSING',
  severity: 'error',
  problem: { en: '{name}: {problem}', it: '{name}: campo obbligatorio mancante' },
  remedy: { en: 'write it; Kong refuses the whole file without', it: 'aggiungerlo; senza, Kong rifiuta tutto il file' },
  find: (file) => faultsOf(file, 'missing'),
};
