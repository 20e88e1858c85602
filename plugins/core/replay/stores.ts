import { GAUGES } from '../gauges';
import { FallbackReplayStore } from './fallback-store';
import { MemoryReplayStore } from './memory-store';
import { RedisReplayStore, replaySettings, type ReplayRedisConfig } from './redis';
import type { ReplayStore, ReplayWindow } from './types';

/** `replay` as configured. */
export interface ReplayConfig {
  readonly store: 'memory' | 'redis';
  readonly on_outage: 'refuse' | 'memory';
  readonly redis: ReplayRedisConfig;
}

/** The process's own store: a token used on one route is used on all of them. */
const processStore = new MemoryReplayStore();
const redisStores = new Map<string, RedisReplayStore>();
const fallbackStores = new Map<RedisReplayStore, FallbackReplayStore>();

/**
 * The store of a configuration, wide enough for `window`: the same one for all routes with the same settings. Nothing
 * is connected before the first claim.
 * @throws ConfigError when the settings of Redis cannot be honoured.
 */
export function replayStoreFor(config: ReplayConfig, window: ReplayWindow): ReplayStore {
  processStore.widen(window);
  if (config.store === 'memory') return processStore;
  const store = redisStoreFor(config.redis);
  if (config.on_outage === 'refuse') return store;
  const fallback = fallbackStores.get(store) ?? new FallbackReplayStore(processStore, store);
  fallbackStores.set(store, fallback);
  return fallback;
}

function redisStoreFor(config: ReplayRedisConfig): RedisReplayStore {
  const settings = replaySettings(config);
  const store = redisStores.get(settings.id) ?? new RedisReplayStore(settings, () => processStore.window);
  redisStores.set(settings.id, store);
  return store;
}

/** Closes all connections, for a process that ends by itself. */
export async function closeReplayStores(): Promise<void> {
  await Promise.all([...redisStores.values()].map((store) => store.close()));
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, one) => total + one, 0);

GAUGES.push(
  {
    name: 'modi_replay_entries',
    help: 'Accepted tokens remembered against replay, in this process.',
    read: () => processStore.size,
  },
  {
    name: 'modi_replay_stores_open_circuit',
    help: 'Shared replay stores that do not answer and are left alone for the moment.',
    read: () => [...redisStores.values()].filter(({ breaker }) => breaker.open).length,
  },
  {
    name: 'modi_replay_outages',
    help: 'Claims that a shared replay store did not answer, since the start.',
    read: () => sum([...redisStores.values()].map(({ outages }) => outages)),
  },
  {
    name: 'modi_replay_weakly_accepted',
    help: 'Requests accepted by this process’s own memory while the shared one was down or full, since the start.',
    read: () => sum([...fallbackStores.values()].map(({ weaklyAccepted }) => weaklyAccepted)),
  },
);
