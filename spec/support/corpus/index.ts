export { ACCEPTED } from './accepted';
export { CONFIGS } from './cast';
export type { Case, Cast, RouteName } from './cast';
export { makeCast } from './make-cast';
export { REFUSED, refusedCertificates } from './refused';
