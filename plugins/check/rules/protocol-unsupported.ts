import { modiRoutes, routeName } from '../questions';
import type { Rule } from '../types';

export const PROTOCOL_UNSUPPORTED: Rule = {
  code: 'MODI_CHECK_PROTOCOL_UNSUPPORTED',
  severity: 'error',
  problem: {
    en: 'the route {route} speaks {protocol}: ModI REST patterns are of HTTP, and the plugins do not run there as they should',
    it: 'la rotta {route} parla {protocol}: i pattern ModI REST sono di HTTP, e i plugin lì non girano a dovere',
  },
  remedy: {
    en: 'keep http and https on this route, and give the rest a route of its own',
    it: 'tenere http e https su questa rotta, e dare al resto una rotta propria',
  },
  *find(file) {
    for (const { route } of modiRoutes(file)) {
      const protocol = route.protocols.find((one) => !['http', 'https'].includes(one));
      if (protocol !== undefined)
        yield { at: [...route.path, 'protocols'], words: { route: routeName(route), protocol } };
    }
  },
};
