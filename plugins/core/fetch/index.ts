export { fetchBytes, FetchError } from './fetch-bytes';
export type { FetchRules } from './fetch-bytes';
