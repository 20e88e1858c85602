import { valueAt } from '../entities';
import { configPath, routeName, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const LIMIT_WITHOUT_CONSUMER: Rule = {
  code: 'MODI_CHECK_LIMIT_WITHOUT_CONSUMER',
  severity: 'warning',
  problem: {
    en: '{plugin} on the route {route} counts by consumer, and there is none: it counts by address, which callers may share',
    it: "{plugin} sulla rotta {route} conta per consumer, e non ce n'è: conta per indirizzo, che i chiamanti possono condividere",
  },
  remedy: {
    en: 'set identity.consumer of modi-verify to virtual or registered',
    it: 'impostare identity.consumer di modi-verify a virtual o registered',
  },
  *find(file) {
    for (const { route, plugin: verify } of verifiedRoutes(file)) {
      if (valueAt(verify.config, 'identity.consumer') !== 'none') continue;
      for (const plugin of route.plugins.values()) {
        if (!/^(rate-limiting(-advanced)?|response-ratelimiting|service-protection)$/.test(plugin.name)) continue;
        const by = plugin.config['limit_by'] ?? plugin.config['identifier'] ?? 'consumer';
        if (by === 'consumer' || by === 'credential')
          yield { at: configPath(plugin, 'limit_by'), words: { plugin: plugin.name, route: routeName(route) } };
      }
    }
  },
};
