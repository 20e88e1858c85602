import { routeName, signedRoutes } from '../questions';
import type { Rule } from '../types';

export const CACHE_SIGNED: Rule = {
  code: 'MODI_CHECK_CACHE_SIGNED',
  severity: 'error',
  problem: {
    en: '{plugin} on the route {route} answers from its memory: the answer is of another request, or unsigned',
    it: "{plugin} sulla rotta {route} risponde dalla sua memoria: la risposta è di un'altra richiesta, o non firmata",
  },
  remedy: { en: 'take the cache away from signed routes', it: 'togliere la cache dalle rotte firmate' },
  *find(file) {
    for (const { route } of signedRoutes(file)) {
      for (const { name, path } of route.plugins.values()) {
        if (/^(graphql-)?proxy-cache(-advanced)?$/.test(name))
          yield { at: path, words: { plugin: name, route: routeName(route) } };
      }
    }
  },
};
