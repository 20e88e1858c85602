export { CatalogueError, readCatalogue } from './read';
export type { CatalogueFile } from './read';
export { agreementsAt, compileCatalogue } from './compile';
export { writeKongYml } from './write';
export type { Agreement, EService, Limits, Organisation, ServiceCatalogue } from './types';
