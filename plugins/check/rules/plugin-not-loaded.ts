import type { Rule } from '../types';

export const PLUGIN_NOT_LOADED: Rule = {
  code: 'MODI_CHECK_PLUGIN_NOT_LOADED',
  severity: 'error',
  problem: {
    en: '{plugin} is not in plugins of {conf}: Kong does not start with this file',
    it: '{plugin} non è in plugins di {conf}: Kong non parte con questo file',
  },
  remedy: { en: 'write plugins = bundled,{plugin}', it: 'scrivere plugins = bundled,{plugin}' },
  *find({ plugins }, { kongConf }) {
    const loaded = kongConf?.list('plugins') ?? ['bundled'];
    if (kongConf === undefined) return;
    for (const { name, ofPack, path } of plugins) {
      if (ofPack && !loaded.includes(name))
        yield { at: [...path, 'name'], words: { plugin: name, conf: kongConf.name } };
    }
  },
};
