export { replaySettings } from './settings';
export type { ReplayRedisConfig, ReplaySettings } from './settings';
export { RedisReplayStore } from './redis-store';
