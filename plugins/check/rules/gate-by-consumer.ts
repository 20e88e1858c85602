import { textsAt, valueAt } from '../entities';
import { configPath, routeName, routesWith, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const GATE_BY_CONSUMER: Rule = {
  code: 'MODI_CHECK_GATE_BY_CONSUMER',
  severity: 'error',
  problem: {
    en: 'the acl on the route {route} looks at the groups of the consumer, who has none: every call is a 403',
    it: 'la acl sulla rotta {route} guarda i gruppi del consumer, che non ne ha: ogni chiamata è 403',
  },
  remedy: {
    en: 'set always_use_authenticated_groups: true on acl',
    it: 'impostare always_use_authenticated_groups: true su acl',
  },
  fixable: true,
  *find(file) {
    const verified = new Map(verifiedRoutes(file).map(({ route, plugin }) => [route, plugin]));
    for (const { route, plugin: acl } of routesWith(file, 'acl')) {
      const verify = verified.get(route);
      if (verify === undefined || valueAt(verify.config, 'identity.consumer') !== 'virtual') continue;
      if (valueAt(acl.config, 'always_use_authenticated_groups') === true || textsAt(acl.config, 'allow').length === 0)
        continue;
      const at = configPath(acl, 'always_use_authenticated_groups');
      yield { at, words: { route: routeName(route) }, fix: { kind: 'set', path: at, value: true } };
    }
  },
};
