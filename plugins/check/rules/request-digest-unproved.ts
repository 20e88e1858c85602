import { configPath, hasIntegrity, routeName, signedRoutes } from '../questions';
import type { Rule } from '../types';

export const REQUEST_DIGEST_UNPROVED: Rule = {
  code: 'MODI_CHECK_REQUEST_DIGEST_UNPROVED',
  severity: 'error',
  problem: {
    en: 'request_digest on the route {route} needs an integrity pattern: without it nobody has verified the Digest of the request',
    it: 'request_digest sulla rotta {route} richiede un pattern di integrità: senza, nessuno ha verificato il Digest della richiesta',
  },
  remedy: {
    en: 'add INTEGRITY_REST_01 to modi-verify, or take request_digest away',
    it: 'aggiungere INTEGRITY_REST_01 a modi-verify, o togliere request_digest',
  },
  *find(file) {
    for (const { route, plugin } of signedRoutes(file)) {
      const verify = route.plugins.get('modi-verify');
      if (plugin.config['request_digest'] !== true || verify === undefined || hasIntegrity(verify)) continue;
      yield { at: configPath(plugin, 'request_digest'), words: { route: routeName(route) } };
    }
  },
};
