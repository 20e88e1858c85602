import { textsAt } from '../entities';
import { configPath, routeName, routesWith, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const GATE_OPEN: Rule = {
  code: 'MODI_CHECK_GATE_OPEN',
  severity: 'error',
  problem: {
    en: 'the acl on the route {route} lets in whom modi-verify did not let in: {why}',
    it: 'la acl sulla rotta {route} fa entrare chi modi-verify non ha fatto entrare: {why}',
  },
  remedy: {
    en: 'write allow with the groups of modi-verify ({groups}), and no deny',
    it: 'scrivere allow con i gruppi di modi-verify ({groups}), e nessun deny',
  },
  *find(file) {
    const verified = new Map(verifiedRoutes(file).map(({ route, plugin }) => [route, plugin]));
    for (const { route, plugin: acl } of routesWith(file, 'acl')) {
      const verify = verified.get(route);
      if (verify === undefined || textsAt(acl.config, 'deny').length === 0) continue;
      const words = { route: routeName(route), why: 'deny', groups: textsAt(verify.config, 'groups').join(', ') };
      yield { at: configPath(acl, 'deny'), words };
    }
  },
};
