import { modiRoutes, routeName } from '../questions';
import type { Rule } from '../types';

export const PRE_FUNCTION: Rule = {
  code: 'MODI_CHECK_PRE_FUNCTION',
  severity: 'warning',
  problem: {
    en: 'pre-function runs Lua on the route {route} before modi-verify: on requests that nobody has verified',
    it: 'pre-function esegue Lua sulla rotta {route} prima di modi-verify: su richieste che nessuno ha verificato',
  },
  remedy: {
    en: 'use post-function, which runs after; what must come first, keep to reading',
    it: 'usare post-function, che gira dopo; ciò che deve venire prima si limiti a leggere',
  },
  *find(file) {
    for (const { route } of modiRoutes(file)) {
      const plugin = route.plugins.get('pre-function');
      if (plugin !== undefined) yield { at: plugin.path, words: { route: routeName(route) } };
    }
  },
};
