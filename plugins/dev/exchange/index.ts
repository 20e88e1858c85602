export { checkStatus } from './answer';
export { Exchange } from './exchange';
export type { AuthenticatedConsumer, Credential, Listener, Try, UpstreamRequest } from './exchange';
export { HeaderList, safeHeaderName, safeHeaderValue } from './header-list';
export { RequestBody } from './request-body';
export { queryString, queryTable } from './query-table';
export { serialize } from './serialize';
