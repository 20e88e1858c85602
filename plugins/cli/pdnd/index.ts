export { PDND_BREAKAGES } from './breakages';
export { PDND_BREAKAGE_SECTION, PDND_OPTIONS } from './options';
export { buildPdndCall } from './wire';
export type { PdndCall } from './wire';
