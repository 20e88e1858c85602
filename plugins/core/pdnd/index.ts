export { pdndAddresses } from './environments';
export type { PdndAddresses, PdndEnvironment } from './environments';
export { pdndKeysOf } from './keepers';
export type { EventSettings, KeyApiSettings, OwnClientSettings, PdndSettings } from './settings';
export type { Party, PartyIds } from './party';
export type { KeyApiVersion, ParticipantKey, PdndKeys, VoucherKey } from './types';
