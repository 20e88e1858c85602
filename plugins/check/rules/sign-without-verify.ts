import { configPath, routeName, signedRoutes } from '../questions';
import type { Rule } from '../types';

export const SIGN_WITHOUT_VERIFY: Rule = {
  code: 'MODI_CHECK_SIGN_WITHOUT_VERIFY',
  severity: 'error',
  problem: {
    en: 'modi-sign on the route {route} needs modi-verify there: {field} comes from the verified request',
    it: 'modi-sign sulla rotta {route} richiede modi-verify: {field} viene dalla richiesta verificata',
  },
  remedy: {
    en: 'add modi-verify to the route, or write a fixed audience and no request_digest',
    it: 'aggiungere modi-verify alla rotta, o scrivere una audience fissa e nessun request_digest',
  },
  *find(file) {
    for (const { route, plugin } of signedRoutes(file)) {
      if (route.plugins.has('modi-verify')) continue;
      const { audience, request_digest: digest } = plugin.config;
      const field = digest === true ? 'request_digest' : FROM_REQUEST.includes(audience) ? 'audience' : undefined;
      if (field !== undefined) yield { at: configPath(plugin, field), words: { route: routeName(route), field } };
    }
  },
};

const FROM_REQUEST: readonly unknown[] = ['client_id', 'issuer', 'client'];
