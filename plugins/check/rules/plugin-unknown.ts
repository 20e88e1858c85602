import { nearest } from '../../core/text';
import { PLUGIN_NAMES } from '../../runtime/registry';
import { KONG_PLUGINS } from '../kong-plugins';
import type { Rule } from '../types';

export const PLUGIN_UNKNOWN: Rule = {
  code: 'MODI_CHECK_PLUGIN_UNKNOWN',
  severity: 'error',
  problem: {
    en: 'there is no plugin {name}; {meant} was probably meant',
    it: 'il plugin {name} non esiste; forse {meant}',
  },
  remedy: {
    en: 'correct the name; what Kong does not know it does not start with',
    it: 'correggere il nome; con un plugin ignoto Kong non parte',
  },
  *find({ plugins }) {
    for (const { name, path, ofPack } of plugins) {
      if (ofPack || KONG_PLUGINS.has(name)) continue;
      // A custom plugin may have any name; one that is nearly a known one is a slip.
      const meant = nearest(name, [...PLUGIN_NAMES, ...KONG_PLUGINS.keys()]);
      if (meant !== undefined) yield { at: [...path, 'name'], words: { name, meant } };
    }
  },
};
