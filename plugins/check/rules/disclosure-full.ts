import { configPath, isForTrying, modiRoutes, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const DISCLOSURE_FULL: Rule = {
  code: 'MODI_CHECK_DISCLOSURE_FULL',
  severity: 'warning',
  problem: {
    en: 'disclosure: full tells refused callers what was expected and found: meant for trying',
    it: 'disclosure: full dice ai chiamanti rifiutati cosa era atteso e cosa trovato: è per le prove',
  },
  remedy: {
    en: 'set disclosure: code in production; modi verify --explain tells you the rest',
    it: 'impostare disclosure: code in produzione; modi verify --explain dice il resto',
  },
  *find(file) {
    const trying = new Set(
      verifiedRoutes(file)
        .filter(({ plugin }) => isForTrying(plugin))
        .map(({ route }) => route),
    );
    const plugins = modiRoutes(file)
      .filter(({ route }) => !trying.has(route))
      .flatMap(({ route }) => [...route.plugins.values()]);
    for (const plugin of new Set(plugins)) {
      if (plugin.ofPack && plugin.config['disclosure'] === 'full') yield { at: configPath(plugin, 'disclosure') };
    }
  },
};
