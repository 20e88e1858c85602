import { configPath, distinct, hasIntegrity, numberAt, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const BODY_LIMIT_NGINX: Rule = {
  code: 'MODI_CHECK_BODY_LIMIT_NGINX',
  severity: 'warning',
  problem: {
    en: '{option} of {conf} stops bodies at {limit} bytes, max_body_size is {size}: larger ones get the 413 of nginx, without a code',
    it: '{option} di {conf} ferma i corpi a {limit} byte, max_body_size è {size}: i più grandi ricevono il 413 di nginx, senza codice',
  },
  remedy: {
    en: 'make max_body_size the smaller one, so that callers are told why',
    it: 'rendere max_body_size il minore, così i chiamanti sanno perché',
  },
  *find(file, { kongConf }) {
    const option = ['nginx_proxy_client_max_body_size', 'nginx_http_client_max_body_size'].find(
      (one) => kongConf?.size(one) !== undefined,
    );
    const limit = option === undefined ? undefined : kongConf?.size(option);
    // Nought is nginx's word for no limit.
    if (option === undefined || limit === undefined || limit === 0) return;
    for (const plugin of distinct(verifiedRoutes(file)).filter(hasIntegrity)) {
      const size = numberAt(plugin, 'max_body_size') ?? 0;
      if (size > limit)
        yield { at: configPath(plugin, 'max_body_size'), words: { option, conf: kongConf?.name ?? '', limit, size } };
    }
  },
};
