import { textsAt, type RunningRoute } from '../entities';
import { configPath, routeName, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const AUDIENCE_SHARED: Rule = {
  code: 'MODI_CHECK_AUDIENCE_SHARED',
  severity: 'warning',
  problem: {
    en: 'the audience {audience} is also the one of the route {other}, of another service: a token for one opens the other',
    it: "l'audience {audience} è anche della rotta {other}, di un altro servizio: un token per l'uno apre l'altro",
  },
  remedy: { en: 'give each e-service an audience of its own', it: 'dare a ogni e-service una sua audience' },
  *find(file) {
    const first = new Map<string, RunningRoute>();
    for (const { route, plugin } of verifiedRoutes(file)) {
      for (const [index, audience] of textsAt(plugin.config, 'audience').entries()) {
        const other = first.get(audience) ?? route;
        first.set(audience, other);
        if (other.service === route.service) continue;
        yield { at: [...configPath(plugin, 'audience'), index], words: { audience, other: routeName(other) } };
      }
    }
  },
};
