export { CLIENTS, clientFiles, isClientName } from './cast';
export { makeDevKeys } from './make';
export type { DevKeys } from './make';
export { devKeysIn, writeDevKeys } from './store';
