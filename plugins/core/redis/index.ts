export type { RedisClient } from './connect';
export { redisFields } from './fields';
export { RedisLink } from './link';
export { redisSettings } from './settings';
export type { RedisConfig, RedisSettings } from './settings';
