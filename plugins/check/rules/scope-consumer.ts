import type { Rule } from '../types';

export const SCOPE_CONSUMER: Rule = {
  code: 'MODI_CHECK_SCOPE_CONSUMER',
  severity: 'error',
  problem: {
    en: '{plugin} stands on a consumer: Kong does not know the consumer before {plugin} has run, so it never runs',
    it: '{plugin} è su un consumer: Kong non conosce il consumer prima che {plugin} giri, quindi non gira mai',
  },
  remedy: { en: 'put it on a route or a service', it: 'metterlo su una rotta o un servizio' },
  *find({ plugins }) {
    for (const { name, ofPack, scope, path } of plugins) {
      if (ofPack && scope === 'consumer') yield { at: path, words: { plugin: name } };
    }
  },
};
