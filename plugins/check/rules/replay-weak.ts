import { valueAt } from '../entities';
import { configPath, pluginsNamed } from '../questions';
import type { Rule } from '../types';

export const REPLAY_WEAK: Rule = {
  code: 'MODI_CHECK_REPLAY_WEAK',
  severity: 'note',
  problem: {
    en: 'while Redis does not answer, a token is accepted once per node',
    it: 'finché Redis non risponde, un token è accettato una volta per nodo',
  },
  remedy: {
    en: 'set replay.on_outage: refuse where a repeated call does harm',
    it: 'impostare replay.on_outage: refuse dove una chiamata ripetuta fa danno',
  },
  *find(file) {
    for (const plugin of pluginsNamed(file, 'modi-verify')) {
      if (valueAt(plugin.config, 'replay.store') !== 'redis') continue;
      if (valueAt(plugin.config, 'replay.on_outage') === 'memory') yield { at: configPath(plugin, 'replay.on_outage') };
    }
  },
};
