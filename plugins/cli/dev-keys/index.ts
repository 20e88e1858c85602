export { CLIENTS, clientFiles, isClientName, PROVIDER_FILES } from './cast';
export { makeDevKeys } from './make';
export type { DevKeys } from './make';
export { MOCK_PLATFORM, missingPdndKeys, PDND_FILES } from './pdnd';
export { makeMissingProvider } from './provider';
export { devAuthorities, devKeysIn, writeDevKeys } from './store';
