import type { Rule } from '../types';

export const SCOPE_GLOBAL: Rule = {
  code: 'MODI_CHECK_SCOPE_GLOBAL',
  severity: 'warning',
  problem: {
    en: '{plugin} stands on every route of this Kong, also on those that do not speak ModI',
    it: '{plugin} è su ogni rotta di questo Kong, anche su quelle che non parlano ModI',
  },
  remedy: {
    en: 'put it on the services or routes that are meant: audience and trust belong to one e-service',
    it: 'metterlo sui servizi o sulle rotte interessate: audience e trust sono di un e-service',
  },
  *find({ plugins }) {
    for (const { name, ofPack, enabled, scope, path } of plugins) {
      if (ofPack && enabled && scope === 'global') yield { at: path, words: { plugin: name } };
    }
  },
};
