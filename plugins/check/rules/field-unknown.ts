import { faultsOf } from '../schema-faults';
import type { Rule } from '../types';

export const FIELD_UNKNOWN: Rule = {
  code: 'MODI_CHECK_FIELD_UNKNOWN',
  severity: 'error',
  problem: { en: 'there is no field {name}{hint}', it: 'il campo {name} non esiste{hint}' },
  remedy: {
    en: 'Kong refuses the whole file; see the table of the plugin, or modi explain',
    it: 'Kong rifiuta tutto il file; vedi la tabella del plugin, o modi explain',
  },
  find: (file) => faultsOf(file, 'unknown'),
};
