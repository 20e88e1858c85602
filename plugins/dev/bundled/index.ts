import { ACL } from './acl';
import { CORRELATION_ID } from './correlation-id';
import { FILE_LOG } from './file-log';
import { HTTP_LOG } from './http-log';
import { RATE_LIMITING } from './rate-limiting';
import { REQUEST_TERMINATION } from './request-termination';
import type { BundledPlugin } from './types';

export type { BundledContext, BundledPlugin } from './types';

/** Kong's bundled plugins that this gateway has, by name. */
export const BUNDLED_PLUGINS: ReadonlyMap<string, BundledPlugin> = new Map(
  [ACL, CORRELATION_ID, FILE_LOG, HTTP_LOG, RATE_LIMITING, REQUEST_TERMINATION].map((plugin) => [plugin.name, plugin]),
);
