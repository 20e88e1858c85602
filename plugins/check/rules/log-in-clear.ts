import { textsIn } from '../material';
import { modiRoutes } from '../questions';
import type { Rule } from '../types';

export const LOG_IN_CLEAR: Rule = {
  code: 'MODI_CHECK_LOG_IN_CLEAR',
  severity: 'warning',
  problem: {
    en: 'the records of {plugin} travel in clear to {host}',
    it: 'i record di {plugin} viaggiano in chiaro verso {host}',
  },
  remedy: { en: 'use https', it: 'usare https' },
  *find(file) {
    const plugins = new Set(modiRoutes(file).flatMap(({ route }) => [...route.plugins.values()]));
    for (const { name, config, path } of plugins) {
      if (!/-log$/.test(name)) continue;
      for (const [at, text] of textsIn(config, [...path, 'config'])) {
        const url = URL.canParse(text) ? new URL(text) : undefined;
        if (url?.protocol === 'http:' && !/^(localhost|127\.|\[::1\])/.test(url.hostname))
          yield { at, words: { plugin: name, host: url.host } };
      }
    }
  },
};
