// Its metrics are there from the start.
import '../core/pdnd';
import { kongSchemaFields, readConfig } from '../core/schema';
import type { PluginDefinition } from '../runtime/plugin';
import { access, compileRoute } from './access';
import { modiVerifySchema } from './schema';

const VERSION = '0.1.0';

/** After cors and session, just before jwt, before acl and rate-limiting, which see the caller it establishes. */
const PRIORITY = 1455;

/** `modi-verify`: lets a correctly signed ModI call through and refuses everything else. */
export const modiVerify: PluginDefinition = {
  name: 'modi-verify',
  version: VERSION,
  priority: PRIORITY,
  phases: ['access'],
  schema: kongSchemaFields(modiVerifySchema.fields),
  create(config) {
    const route = compileRoute(readConfig(modiVerifySchema, config), now());
    return { access: (kong) => access(kong, route, now()) };
  },
};

/** The one place where the plugin reads the clock. */
const now = (): number => Date.now() / 1000;
