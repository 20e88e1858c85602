import { configPath, distinct, hasIntegrity, numberAt, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const BODY_BUFFER_STOCK: Rule = {
  code: 'MODI_CHECK_BODY_BUFFER_STOCK',
  severity: 'warning',
  problem: {
    en: 'behind the stock plugin server a body above {buffer} bytes becomes a 500, max_body_size is {size}',
    it: 'dietro il plugin server stock un corpo oltre {buffer} byte diventa un 500, max_body_size è {size}',
  },
  remedy: {
    en: 'set nginx_http_client_body_buffer_size of kong.conf to at least max_body_size, or use modi-pluginserver',
    it: 'impostare nginx_http_client_body_buffer_size di kong.conf almeno a max_body_size, o usare modi-pluginserver',
  },
  *find(file, { server, kongConf }) {
    if (server !== 'stock') return;
    const buffer = kongConf?.size('nginx_http_client_body_buffer_size') ?? 8192;
    for (const plugin of distinct(verifiedRoutes(file)).filter(hasIntegrity)) {
      const size = numberAt(plugin, 'max_body_size') ?? 0;
      if (size > buffer) yield { at: configPath(plugin, 'max_body_size'), words: { buffer, size } };
    }
  },
};
