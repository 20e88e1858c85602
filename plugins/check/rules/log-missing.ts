import { routeName, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const LOG_MISSING: Rule = {
  code: 'MODI_CHECK_LOG_MISSING',
  severity: 'note',
  problem: {
    en: 'no log plugin runs on the route {route}: nothing keeps the decisions',
    it: 'nessun plugin di log gira sulla rotta {route}: nulla conserva le decisioni',
  },
  remedy: {
    en: 'add file-log or http-log; the decision is in its record under modi',
    it: 'aggiungere file-log o http-log; la decisione è nel suo record sotto modi',
  },
  *find(file) {
    for (const { route } of verifiedRoutes(file)) {
      if ([...route.plugins.keys()].some((name) => /-log$|^(syslog|loggly|opentelemetry)$/.test(name))) continue;
      yield { at: route.path, words: { route: routeName(route) } };
    }
  },
};
