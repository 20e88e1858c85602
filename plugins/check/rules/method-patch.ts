import { textsAt } from '../entities';
import { hasIntegrity, routeName, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const METHOD_PATCH: Rule = {
  code: 'MODI_CHECK_METHOD_PATCH',
  severity: 'warning',
  problem: {
    en: 'the route {route} takes PATCH with an integrity pattern: the pattern signs a whole representation, PATCH sends a part',
    it: 'la rotta {route} accetta PATCH con un pattern di integrità: il pattern firma una rappresentazione intera, PATCH ne invia una parte',
  },
  remedy: {
    en: 'use PUT, or give PATCH a route without the integrity pattern',
    it: 'usare PUT, o dare a PATCH una rotta senza il pattern di integrità',
  },
  *find(file) {
    for (const { route, plugin } of verifiedRoutes(file)) {
      if (hasIntegrity(plugin) && textsAt(route.fields, 'methods').includes('PATCH')) {
        yield { at: [...route.path, 'methods'], words: { route: routeName(route) } };
      }
    }
  },
};
