export { fetchAnswer, fetchBytes, postBytes, FetchError, forbidFetches } from './fetch-bytes';
export type { FetchAnswer, FetchRequest, FetchRules } from './fetch-bytes';
export { countIn, retryAfterSeconds } from './retry-after';
