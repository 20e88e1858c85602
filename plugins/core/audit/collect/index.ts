export { Collector } from './collector';
export type { CollectorWorld } from './collector';
export { COLLECTOR_SCHEMA, readSettings } from './settings';
export type { CollectorSettings } from './settings';
