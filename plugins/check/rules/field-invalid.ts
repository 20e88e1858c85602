import { faultsOf } from '../schema-faults';
import type { Rule } from '../types';

export const FIELD_INVALID: Rule = {
  code: 'MODI_CHECK_FIELD_INVALID',
  severity: 'error',
  problem: { en: '{name}: {problem}{hint}', it: '{name}: {problem}{hint}' },
  remedy: { en: 'write a value that the schema allows', it: 'scrivere un valore ammesso dallo schema' },
  find: (file) => faultsOf(file, 'invalid'),
};
