export { redisSettings } from './settings';
export type { RedisConfig, RedisSettings } from './settings';
export { RedisReplayStore } from './redis-store';
