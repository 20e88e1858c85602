import { ACL } from './acl';
import { FILE_LOG } from './file-log';
import type { BundledPlugin } from './types';

export type { BundledContext, BundledPlugin } from './types';

/** Kong's bundled plugins that this gateway has, by name. */
export const BUNDLED_PLUGINS: ReadonlyMap<string, BundledPlugin> = new Map(
  [ACL, FILE_LOG].map((plugin) => [plugin.name, plugin]),
);
