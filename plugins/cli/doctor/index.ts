export { examine } from './examine';
export { gather } from './gather';
export type { Sources } from './gather';
