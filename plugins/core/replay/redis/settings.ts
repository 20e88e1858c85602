import { createHash } from 'node:crypto';
import { redisSettings, type RedisConfig, type RedisSettings } from '../../redis';

/** `replay.redis` as configured. */
export interface ReplayRedisConfig extends RedisConfig {
  readonly prefix: string;
}

/** Checked settings. `id` is the same for the same settings: stores of one id are one store. */
export interface ReplaySettings extends RedisSettings {
  readonly id: string;
  readonly config: ReplayRedisConfig;
}

/** @throws ConfigError when it does not say where Redis is, says it twice, or names an authority that cannot be read. */
export function replaySettings(config: ReplayRedisConfig): ReplaySettings {
  const settings = redisSettings(config, 'replay.redis');
  const id = createHash('sha256')
    .update(JSON.stringify([config, settings.authorities]))
    .digest('base64url');
  return { ...settings, config, id };
}
