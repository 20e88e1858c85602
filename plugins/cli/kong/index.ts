export { failsClosed, installedKong, isBefore, readKongVersion, startsEveryEntry } from './version';
export type { KongVersion } from './version';
export { listOf, optionOf, readSetting, readSettings } from './settings';
export type { KongSettings } from './settings';
export { findUser, obstacle } from './user';
export type { MachineUser } from './user';
