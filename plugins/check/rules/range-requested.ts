import { isRecord } from '../entities';
import { hasIntegrity, routeName, signedRoutes, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const RANGE_REQUESTED: Rule = {
  code: 'MODI_CHECK_RANGE_REQUESTED',
  severity: 'error',
  problem: {
    en: 'the route {route} is chosen by the header {header}, and ranges are outside the integrity pattern: every call is refused',
    it: "la rotta {route} è scelta dall'header {header}, e i range sono fuori dal pattern di integrità: ogni chiamata è rifiutata",
  },
  remedy: {
    en: 'serve ranges on a route without integrity and without modi-sign',
    it: 'servire i range su una rotta senza integrità e senza modi-sign',
  },
  *find(file) {
    const integrity = verifiedRoutes(file).filter(({ plugin }) => hasIntegrity(plugin));
    for (const route of new Set([...integrity, ...signedRoutes(file)].map((pair) => pair.route))) {
      const { headers } = route.fields;
      const header = Object.keys(isRecord(headers) ? headers : {}).find((name) => /^(content-)?range$/i.test(name));
      if (header !== undefined) yield { at: [...route.path, 'headers'], words: { route: routeName(route), header } };
    }
  },
};
