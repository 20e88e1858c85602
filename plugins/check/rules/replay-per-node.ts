import { valueAt } from '../entities';
import { configPath, pluginsNamed } from '../questions';
import type { Rule } from '../types';

export const REPLAY_PER_NODE: Rule = {
  code: 'MODI_CHECK_REPLAY_PER_NODE',
  severity: 'error',
  problem: {
    en: 'the memory of used tokens is one per node: with {nodes} nodes a token is accepted {nodes} times',
    it: 'la memoria dei token usati è una per nodo: con {nodes} nodi un token è accettato {nodes} volte',
  },
  remedy: { en: 'set replay.store: redis', it: 'impostare replay.store: redis' },
  *find(file, { nodes, kongConf }) {
    const count = nodes > 1 ? nodes : kongConf?.value('role') === 'data_plane' ? 2 : 1;
    if (count < 2) return;
    for (const plugin of pluginsNamed(file, 'modi-verify')) {
      if (valueAt(plugin.config, 'replay.store') === 'memory')
        yield { at: configPath(plugin, 'replay.store'), words: { nodes: count } };
    }
  },
};
