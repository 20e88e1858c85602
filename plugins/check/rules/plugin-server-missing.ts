import type { Rule } from '../types';

export const PLUGIN_SERVER_MISSING: Rule = {
  code: 'MODI_CHECK_PLUGIN_SERVER_MISSING',
  severity: 'error',
  problem: {
    en: '{option} is not set in {conf}: Kong cannot reach the server of {plugin}',
    it: '{option} non è impostato in {conf}: Kong non raggiunge il server di {plugin}',
  },
  remedy: {
    en: 'give each plugin an entry in pluginserver_names, with socket and query_cmd',
    it: 'dare a ogni plugin una voce in pluginserver_names, con socket e query_cmd',
  },
  *find({ plugins }, { kongConf }) {
    if (kongConf === undefined) return;
    const servers = kongConf.list('pluginserver_names') ?? [];
    for (const { name, ofPack, path } of plugins) {
      if (!ofPack) continue;
      const prefix = `pluginserver_${name.replaceAll('-', '_')}`;
      const option = servers.includes(name)
        ? [`${prefix}_socket`, `${prefix}_query_cmd`].find((one) => kongConf.value(one) === undefined)
        : 'pluginserver_names';
      if (option !== undefined) yield { at: [...path, 'name'], words: { option, conf: kongConf.name, plugin: name } };
    }
  },
};
