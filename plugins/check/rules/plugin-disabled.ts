import { verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const PLUGIN_DISABLED: Rule = {
  code: 'MODI_CHECK_PLUGIN_DISABLED',
  severity: 'warning',
  problem: { en: '{plugin} is switched off: it does nothing', it: '{plugin} è disattivato: non fa nulla' },
  remedy: { en: 'take enabled: false away, or the whole plugin', it: 'togliere enabled: false, o tutto il plugin' },
  *find(file) {
    const guarded = new Set(
      verifiedRoutes(file).flatMap(({ route }) => [route.path.join('.'), route.service?.path.join('.') ?? '']),
    );
    for (const { name, ofPack, enabled, path, route, service } of file.plugins) {
      if (enabled) continue;
      const isGate = name === 'acl' && guarded.has((route ?? service)?.path.join('.') ?? '');
      if (ofPack || isGate) yield { at: [...path, 'enabled'], words: { plugin: name } };
    }
  },
};
