import { modiRoutes, routeName } from '../questions';
import type { Rule } from '../types';

export const PLUGIN_PROTOCOLS: Rule = {
  code: 'MODI_CHECK_PLUGIN_PROTOCOLS',
  severity: 'error',
  problem: {
    en: '{plugin} does not run for {protocol} on the route {route}: its own protocols leave it out',
    it: '{plugin} non gira per {protocol} sulla rotta {route}: i suoi protocols lo escludono',
  },
  remedy: { en: 'take protocols away from the plugin', it: 'togliere protocols dal plugin' },
  *find(file) {
    for (const { route } of modiRoutes(file)) {
      for (const { name, ofPack, path, fields } of route.plugins.values()) {
        const own = fields['protocols'];
        if (!ofPack && name !== 'acl') continue;
        const protocol = Array.isArray(own) ? route.protocols.find((one) => !own.includes(one)) : undefined;
        if (protocol !== undefined)
          yield { at: [...path, 'protocols'], words: { plugin: name, protocol, route: routeName(route) } };
      }
    }
  },
};
