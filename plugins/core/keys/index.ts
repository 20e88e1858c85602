export { keeperOf, secondsToExpiry } from './keepers';
export { KeyKeeper } from './key-keeper';
export { compileKey } from './compile-key';
export { readSources } from './key-sources';
export type { KeySources } from './key-sources';
export type { KeySettings, SigningKey } from './types';
