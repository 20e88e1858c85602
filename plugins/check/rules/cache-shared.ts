import { valueAt } from '../entities';
import { routeName, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const CACHE_SHARED: Rule = {
  code: 'MODI_CHECK_CACHE_SHARED',
  severity: 'warning',
  problem: {
    en: '{plugin} on the route {route} gives the answer to one caller also to the others: without consumers all callers share it',
    it: '{plugin} sulla rotta {route} dà la risposta di un chiamante anche agli altri: senza consumer la condividono tutti',
  },
  remedy: {
    en: 'set identity.consumer of modi-verify, so that the cache tells callers apart, or take the cache away',
    it: 'impostare identity.consumer di modi-verify, così la cache distingue i chiamanti, o togliere la cache',
  },
  *find(file) {
    for (const { route, plugin } of verifiedRoutes(file)) {
      if (valueAt(plugin.config, 'identity.consumer') !== 'none') continue;
      for (const { name, path } of route.plugins.values()) {
        if (/^(graphql-)?proxy-cache(-advanced)?$/.test(name))
          yield { at: path, words: { plugin: name, route: routeName(route) } };
      }
    }
  },
};
