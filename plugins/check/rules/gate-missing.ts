import { isBefore } from '../versions';
import { textsAt } from '../entities';
import { gateOf, routeName, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const GATE_MISSING: Rule = {
  code: 'MODI_CHECK_GATE_MISSING',
  severity: 'warning',
  problem: {
    en: 'the route {route} has no gate: when modi-verify does not run, Kong may let everybody in',
    it: 'la rotta {route} non ha cancello: se modi-verify non gira, Kong può far entrare chiunque',
  },
  remedy: {
    en: 'add the plugin acl with allow: [{group}]; Kong before 3.8 and the stock plugin server fail open without it',
    it: 'aggiungere il plugin acl con allow: [{group}]; senza, Kong prima della 3.8 e il plugin server stock falliscono aperti',
  },
  fixable: true,
  *find(file, { server, kong }) {
    const failsOpen = server === 'stock' || (kong !== undefined && isBefore(kong, [3, 8]));
    for (const { route, plugin } of verifiedRoutes(file)) {
      if (gateOf(route) !== undefined) continue;
      const [group = 'modi'] = textsAt(plugin.config, 'groups');
      yield {
        at: plugin.path,
        words: { route: routeName(route), group },
        ...(failsOpen ? { severity: 'error' } : {}),
        fix: {
          kind: 'add-plugin',
          owner: route.path,
          plugin: { name: 'acl', config: { allow: [group], hide_groups_header: true } },
        },
      };
    }
  },
};
