import { valueAt } from '../entities';
import { configPath, pluginsNamed } from '../questions';
import type { Rule } from '../types';

export const CONSUMERS_MISSING: Rule = {
  code: 'MODI_CHECK_CONSUMERS_MISSING',
  severity: 'error',
  problem: {
    en: 'identity.consumer is registered and the file has no consumers: every call is a 403',
    it: 'identity.consumer è registered e il file non ha consumer: ogni chiamata è 403',
  },
  remedy: {
    en: 'list the callers under consumers, username being the identity that modi-verify finds',
    it: "elencare i chiamanti in consumers, con username uguale all'identità trovata da modi-verify",
  },
  *find(file) {
    if (file.consumers.length > 0) return;
    for (const plugin of pluginsNamed(file, 'modi-verify')) {
      if (valueAt(plugin.config, 'identity.consumer') === 'registered')
        yield { at: configPath(plugin, 'identity.consumer') };
    }
  },
};
