import { valueAt } from '../entities';
import { routeName, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const SECOND_AUTHENTICATION: Rule = {
  code: 'MODI_CHECK_SECOND_AUTHENTICATION',
  severity: 'warning',
  problem: {
    en: '{plugin} on the route {route} wants a credential in Authorization, where the ModI token is: {why}',
    it: '{plugin} sulla rotta {route} vuole una credenziale in Authorization, dove sta il token ModI: {why}',
  },
  remedy: { en: 'keep one of the two on this route', it: 'tenere uno dei due su questa rotta' },
  *find(file) {
    for (const { route, plugin } of verifiedRoutes(file)) {
      const hidden = valueAt(plugin.config, 'hide_credentials') === true;
      for (const { name, path } of route.plugins.values()) {
        if (!USES_AUTHORIZATION.includes(name)) continue;
        yield {
          at: path,
          words: { plugin: name, route: routeName(route), why: hidden ? 'hide_credentials' : 'Bearer' },
        };
      }
    }
  },
};

const USES_AUTHORIZATION: readonly string[] = [
  'jwt',
  'oauth2',
  'oauth2-introspection',
  'openid-connect',
  'basic-auth',
  'ldap-auth',
  'ldap-auth-advanced',
  'hmac-auth',
  'jwt-signer',
];
