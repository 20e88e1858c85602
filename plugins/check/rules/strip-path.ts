import { modiRoutes, routeName } from '../questions';
import type { Rule } from '../types';

export const STRIP_PATH: Rule = {
  code: 'MODI_CHECK_STRIP_PATH',
  severity: 'note',
  problem: {
    en: 'strip_path of the route {route} is not written: Kong takes the path of the route away before the service sees it',
    it: 'strip_path della rotta {route} non è scritto: Kong toglie il percorso della rotta prima che il servizio lo veda',
  },
  remedy: {
    en: 'write strip_path: false, or true, so that readers know',
    it: 'scrivere strip_path: false, o true, così chi legge lo sa',
  },
  *find(file) {
    for (const { route } of modiRoutes(file)) {
      if (route.fields['strip_path'] === undefined && route.fields['paths'] !== undefined) {
        yield { at: route.path, words: { route: routeName(route) } };
      }
    }
  },
};
