import { isRecord, type Fields } from '../entities';
import { verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const REQUEST_CHANGED_FIRST: Rule = {
  code: 'MODI_CHECK_REQUEST_CHANGED_FIRST',
  severity: 'error',
  problem: {
    en: 'ordering makes {plugin} run before modi-verify: what is verified is then not what the caller signed',
    it: 'ordering fa girare {plugin} prima di modi-verify: si verifica allora ciò che il chiamante non ha firmato',
  },
  remedy: {
    en: 'take ordering away: by their priorities transformers run after modi-verify',
    it: 'togliere ordering: per priorità i transformer girano dopo modi-verify',
  },
  *find(file) {
    for (const { route, plugin: verify } of verifiedRoutes(file)) {
      for (const other of [...route.plugins.values()].filter(({ name }) => CHANGES_REQUESTS.test(name))) {
        if (names(other.fields, 'before', verify.name))
          yield { at: [...other.path, 'ordering'], words: { plugin: other.name } };
        if (names(verify.fields, 'after', other.name))
          yield { at: [...verify.path, 'ordering'], words: { plugin: other.name } };
      }
    }
  },
};

const CHANGES_REQUESTS = /^(request-transformer|ai-|route-transformer|post-function|request-termination|jq)/;

/** Enterprise's `ordering: { before: { access: [name] } }`. */
function names(fields: Fields, side: 'before' | 'after', name: string): boolean {
  const ordering = fields['ordering'];
  const phases = isRecord(ordering) && isRecord(ordering[side]) ? ordering[side] : {};
  return Array.isArray(phases['access']) && phases['access'].includes(name);
}
