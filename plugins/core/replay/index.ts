export { MemoryReplayStore } from './memory-store';
export { FallbackReplayStore } from './fallback-store';
export { RedisReplayStore, replaySettings } from './redis';
export type { ReplayRedisConfig } from './redis';
export { closeReplayStores, replayStoreFor } from './stores';
export type { ReplayConfig } from './stores';
export type { ReplayEntry, ReplayStore, ReplayVerdict, ReplayWindow, Resend } from './types';
