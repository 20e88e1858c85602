import { textsAt, valueAt, type Plugin } from '../entities';
import { canGive, configPath, groupsGiven, routeName, routesWith, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const GATE_CLOSED: Rule = {
  code: 'MODI_CHECK_GATE_CLOSED',
  severity: 'error',
  problem: {
    en: 'the acl on the route {route} refuses everybody: modi-verify gives {given}, acl wants {wanted}',
    it: 'la acl sulla rotta {route} rifiuta tutti: modi-verify dà {given}, acl vuole {wanted}',
  },
  remedy: { en: 'allow one of the groups of modi-verify', it: 'ammettere uno dei gruppi di modi-verify' },
  *find(file) {
    const verified = new Map(verifiedRoutes(file).map(({ route, plugin }) => [route, plugin]));
    for (const { route, plugin: acl } of routesWith(file, 'acl')) {
      const verify = verified.get(route);
      const wanted = textsAt(acl.config, 'allow');
      if (verify === undefined || wanted.length === 0 || usesConsumers(verify)) continue;
      const given = groupsGiven(verify);
      if (wanted.some((group) => canGive(given, group))) continue;
      yield {
        at: configPath(acl, 'allow'),
        words: { route: routeName(route), given: given.join(', ') || '-', wanted: wanted.join(', ') },
      };
    }
  },
};

/** Then the groups of the consumers decide, which may stand in another file. */
const usesConsumers = ({ config }: Plugin): boolean => valueAt(config, 'identity.consumer') === 'registered';
