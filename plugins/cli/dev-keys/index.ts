export { CLIENTS, clientFiles, isClientName } from './cast';
export type { ClientName } from './cast';
export { makeDevKeys } from './make';
export type { DevFile, DevKeys } from './make';
export { devKeysIn, writeDevKeys } from './store';
