import { textsAt } from '../entities';
import { configPath, routeName, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const AUDIENCE_PATH: Rule = {
  code: 'MODI_CHECK_AUDIENCE_PATH',
  severity: 'note',
  problem: {
    en: 'no audience of the route {route} has the path of the route, {paths}',
    it: 'nessuna audience della rotta {route} ha il percorso della rotta, {paths}',
  },
  remedy: {
    en: 'fine when agreed so; otherwise write the published URL of the e-service',
    it: "va bene se concordato; altrimenti scrivere l'URL pubblicato dell'e-service",
  },
  *find(file) {
    for (const { route, plugin } of verifiedRoutes(file)) {
      const paths = textsAt(route.fields, 'paths').filter((path) => path.startsWith('/') && path !== '/');
      const audiences = textsAt(plugin.config, 'audience').filter(
        (one) => URL.canParse(one) && new URL(one).pathname !== '/',
      );
      if (paths.length === 0 || audiences.length === 0) continue;
      if (audiences.some((one) => paths.some((path) => new URL(one).pathname.startsWith(path.replace(/\/$/, '')))))
        continue;
      yield { at: configPath(plugin, 'audience'), words: { route: routeName(route), paths: paths.join(', ') } };
    }
  },
};
