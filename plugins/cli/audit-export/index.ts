export { buildBundle } from './build';
export { EvidenceSource } from './evidence-source';
export { Finder } from './find';
export { tellBundle, tellDamage, tellUnsealed } from './tell';
export type { Wanted } from './wanted';
export { WANTED_OPTIONS, wantedIn } from './wanted-in';
export { writeBundle } from './write';
