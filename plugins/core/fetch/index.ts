export { fetchBytes, FetchError, forbidFetches } from './fetch-bytes';
export type { FetchRules } from './fetch-bytes';
