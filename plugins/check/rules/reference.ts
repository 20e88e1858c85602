import { faultsOf } from '../schema-faults';
import type { Rule } from '../types';

export const REFERENCE: Rule = {
  code: 'MODI_CHECK_REFERENCE',
  severity: 'error',
  problem: { en: '{name}: {problem}{hint}', it: '{name}: {problem}{hint}' },
  remedy: { en: 'name an entry of this file, by name or id', it: 'indicare una voce di questo file, per nome o id' },
  find: (file) => faultsOf(file, 'reference'),
};
