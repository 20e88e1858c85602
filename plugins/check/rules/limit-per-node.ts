import { configPath, modiRoutes } from '../questions';
import type { Rule } from '../types';

export const LIMIT_PER_NODE: Rule = {
  code: 'MODI_CHECK_LIMIT_PER_NODE',
  severity: 'warning',
  problem: {
    en: '{plugin} counts on each node for itself: {nodes} nodes allow {nodes} times as much',
    it: '{plugin} conta su ogni nodo per sé: {nodes} nodi ammettono {nodes} volte tanto',
  },
  remedy: { en: 'set policy: redis, or divide the limits', it: 'impostare policy: redis, o dividere i limiti' },
  *find(file, { nodes }) {
    if (nodes < 2) return;
    const plugins = new Set(modiRoutes(file).flatMap(({ route }) => [...route.plugins.values()]));
    for (const plugin of plugins) {
      if (
        /^(rate-limiting|response-ratelimiting)$/.test(plugin.name) &&
        (plugin.config['policy'] ?? 'local') === 'local'
      ) {
        yield { at: configPath(plugin, 'policy'), words: { plugin: plugin.name, nodes } };
      }
    }
  },
};
