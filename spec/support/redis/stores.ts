import { onTestFinished } from 'vitest';
import { readConfig } from '../../../plugins/core/schema';
import { RedisReplayStore, replaySettings, type ReplayEntry } from '../../../plugins/core/replay';
import { replaySchema } from '../../../plugins/modi-verify/replay-schema';

export const NOW = 1_800_000_000;

export const entry = (key: string, more: Partial<ReplayEntry> = {}): ReplayEntry => ({
  key,
  kind: 'ID_AUTH',
  iat: NOW,
  exp: NOW + 60,
  ...more,
});

/** `replay.redis` with defaults applied. */
export const redisConfig = (redis: Record<string, unknown>) => readConfig(replaySchema, { redis }).redis;

/** A store as one gateway has it, closed when the test is over. */
export function redisStore(redis: Record<string, unknown>, clock?: () => number): RedisReplayStore {
  const window = () => ({ maxAge: 300, clockSkew: 5, maxEntries: 1000 });
  const store = new RedisReplayStore(replaySettings(redisConfig({ timeout: 1000, ...redis })), window, clock);
  onTestFinished(() => store.close());
  return store;
}
