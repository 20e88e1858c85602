export { MemoryReplayStore } from './memory-store';
export { FallbackReplayStore } from './fallback-store';
export { RedisReplayStore, redisSettings } from './redis';
export type { RedisConfig } from './redis';
export { closeReplayStores, replayStoreFor } from './stores';
export type { ReplayConfig } from './stores';
export type { ReplayEntry, ReplayStore, ReplayVerdict, ReplayWindow, Resend } from './types';
