import { textsIn } from '../material';
import { verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const IDENTITY_OVERWRITTEN: Rule = {
  code: 'MODI_CHECK_IDENTITY_OVERWRITTEN',
  severity: 'error',
  problem: {
    en: '{plugin} writes {header}: the service would take it for what modi-verify has proved',
    it: '{plugin} scrive {header}: il servizio lo prenderebbe per ciò che modi-verify ha provato',
  },
  remedy: { en: 'leave X-ModI-* headers to modi-verify', it: 'lasciare gli header X-ModI-* a modi-verify' },
  *find(file) {
    const plugins = new Set(verifiedRoutes(file).flatMap(({ route }) => [...route.plugins.values()]));
    for (const { name, config, path } of plugins) {
      if (!/^request-transformer/.test(name)) continue;
      for (const [at, text] of textsIn(config, [...path, 'config'])) {
        const [header] = /^x-modi-[\w-]+/i.exec(text) ?? [];
        if (header !== undefined && !at.includes('remove')) yield { at, words: { plugin: name, header } };
      }
    }
  },
};
