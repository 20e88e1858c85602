import { textsAt } from '../entities';
import { configPath, routeName, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const WEAKER_OVERRIDE: Rule = {
  code: 'MODI_CHECK_WEAKER_OVERRIDE',
  severity: 'warning',
  problem: {
    en: 'modi-verify of the route {route} replaces the one of its service and asks for less: {lost} is missing',
    it: 'il modi-verify della rotta {route} sostituisce quello del servizio e chiede meno: manca {lost}',
  },
  remedy: {
    en: 'Kong does not merge the two; repeat in the route what the service asks for',
    it: 'Kong non li unisce; ripetere nella rotta ciò che il servizio chiede',
  },
  *find(file) {
    for (const { route, plugin } of verifiedRoutes(file)) {
      if (plugin.scope !== 'route') continue;
      const wider = file.plugins.find(
        (one) => one.name === plugin.name && one.enabled && one.scope === 'service' && one.service === route.service,
      );
      const own = textsAt(plugin.config, 'patterns');
      const lost = wider === undefined ? [] : textsAt(wider.config, 'patterns').filter((one) => !isKept(one, own));
      if (lost.length > 0)
        yield { at: configPath(plugin, 'patterns'), words: { route: routeName(route), lost: lost.join(', ') } };
    }
  },
};

/** ID_AUTH_REST_02 asks for all that ID_AUTH_REST_01 does. */
const isKept = (pattern: string, own: readonly string[]): boolean =>
  own.includes(pattern) || (pattern === 'ID_AUTH_REST_01' && own.includes('ID_AUTH_REST_02'));
