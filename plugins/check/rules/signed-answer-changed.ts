import { KONG_PLUGINS } from '../kong-plugins';
import { changesSignedAnswer } from '../answer-changes';
import { routeName, signedRoutes } from '../questions';
import type { Rule } from '../types';

export const SIGNED_ANSWER_CHANGED: Rule = {
  code: 'MODI_CHECK_SIGNED_ANSWER_CHANGED',
  severity: 'error',
  problem: {
    en: '{plugin} (priority {priority}) changes the answer of the route {route} after modi-sign has signed it: no caller can verify it',
    it: '{plugin} (priorità {priority}) cambia la risposta della rotta {route} dopo la firma di modi-sign: nessun chiamante può verificarla',
  },
  remedy: {
    en: 'take one of the two away; change the answer in the service, before it is signed',
    it: 'togliere uno dei due; cambiare la risposta nel servizio, prima della firma',
  },
  *find(file) {
    for (const { route, plugin: sign } of signedRoutes(file)) {
      for (const other of route.plugins.values()) {
        if (!changesSignedAnswer(other, sign)) continue;
        const priority = KONG_PLUGINS.get(other.name)?.priority ?? 0;
        yield { at: other.path, words: { plugin: other.name, priority, route: routeName(route) } };
      }
    }
  },
};
