import { secretsIn } from '../secrets';
import type { Rule } from '../types';

export const SECRET_IN_CLEAR: Rule = {
  code: 'MODI_CHECK_SECRET_IN_CLEAR',
  severity: 'warning',
  problem: { en: '{field} holds a secret in clear', it: '{field} contiene un segreto in chiaro' },
  remedy: {
    en: 'name a file, or a vault: {vault://env/name}; decK fills in ${{ env "DECK_NAME" }}',
    it: 'indicare un file, o un vault: {vault://env/name}; decK sostituisce ${{ env "DECK_NAME" }}',
  },
  *find(file) {
    for (const at of secretsIn(file)) yield { at, words: { field: String(at.at(-1) ?? '') } };
  },
};
