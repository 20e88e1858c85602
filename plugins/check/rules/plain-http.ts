import type { KongConf } from '../kong-conf';
import { isForTrying, modiRoutes, routeName, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const PLAIN_HTTP: Rule = {
  code: 'MODI_CHECK_PLAIN_HTTP',
  severity: 'warning',
  problem: {
    en: 'the route {route} also answers http: tokens and data would travel in clear',
    it: 'la rotta {route} risponde anche in http: token e dati viaggerebbero in chiaro',
  },
  remedy: {
    en: 'write protocols: [https]; where TLS ends in front of Kong, set trusted_ips so that Kong believes X-Forwarded-Proto',
    it: 'scrivere protocols: [https]; se il TLS termina davanti a Kong, impostare trusted_ips così Kong crede a X-Forwarded-Proto',
  },
  *find(file, { kongConf }) {
    const trying = new Set(
      verifiedRoutes(file)
        .filter(({ plugin }) => isForTrying(plugin))
        .map(({ route }) => route),
    );
    const isOpen = kongConf !== undefined && hasClearListener(kongConf);
    for (const { route } of modiRoutes(file)) {
      if (!route.protocols.includes('http') || trying.has(route)) continue;
      const isWritten = Array.isArray(route.fields['protocols']);
      const at = isWritten ? [...route.path, 'protocols'] : route.path;
      // Kong's default takes both; whether anybody can come in clear only kong.conf tells.
      yield { at, words: { route: routeName(route) }, ...(isWritten || isOpen ? {} : { severity: 'note' }) };
    }
  },
};

/** A listener without TLS that others than this machine can reach; Kong's default has one. */
function hasClearListener(conf: KongConf): boolean {
  const listeners = conf.list('proxy_listen') ?? ['0.0.0.0:8000'];
  return listeners.some(
    (one) => one !== 'off' && !/\bssl\b/.test(one) && !/^(127\.|localhost|\[::1\]|unix:)/.test(one),
  );
}
