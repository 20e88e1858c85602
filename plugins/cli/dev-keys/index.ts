export { CLIENTS, clientFiles, isClientName, PROVIDER_FILES } from './cast';
export { makeDevKeys } from './make';
export type { DevKeys } from './make';
export { makeMissingProvider } from './provider';
export { devAuthorities, devKeysIn, writeDevKeys } from './store';
