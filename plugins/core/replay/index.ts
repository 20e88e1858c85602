import { GAUGES } from '../gauges';
import { MemoryReplayStore } from './memory-store';

export { MemoryReplayStore } from './memory-store';
export type { ReplayEntry, ReplayVerdict, ReplayWindow } from './types';

/** The process's own store: a token used on one route is used on all of them. */
export const processReplayStore = new MemoryReplayStore();

GAUGES.push({
  name: 'modi_replay_entries',
  help: 'Accepted tokens remembered against replay.',
  read: () => processReplayStore.size,
});
