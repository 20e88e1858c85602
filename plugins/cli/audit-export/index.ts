export { buildBundle } from './build';
export type { BuiltBundle } from './build';
export { EvidenceSource } from './evidence-source';
export { Finder } from './find';
export { NOTES } from './notes';
export { writeBundle } from './write';
