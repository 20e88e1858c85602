export { keeperOf, secondsToExpiry } from './keepers';
export { orderedChain } from './chain';
export { KeyKeeper } from './key-keeper';
export { compileKey } from './compile-key';
export { readSources } from './key-sources';
export type { KeySources } from './key-sources';
export { readMaterial } from './read-material';
export type { KeyMaterial } from './read-material';
export type { KeySettings, SigningKey } from './types';
