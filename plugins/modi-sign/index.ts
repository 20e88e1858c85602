import { kongSchemaFields, readConfig } from '../core/schema';
import type { PluginDefinition } from '../runtime/plugin';
import { compileRoute, response } from './response';
import { modiSignSchema } from './schema';

const VERSION = '0.1.0';

/** A number that no published plugin of Kong uses; after request-transformer and its like, before aws-lambda. */
const PRIORITY = 758;

/** `modi-sign`: signs the service's answers, and lets no unsigned one through where a signature is due. */
export const modiSign: PluginDefinition = {
  name: 'modi-sign',
  version: VERSION,
  priority: PRIORITY,
  phases: ['response'],
  schema: kongSchemaFields(modiSignSchema.fields),
  create(config) {
    const route = compileRoute(readConfig(modiSignSchema, config), now());
    return { response: (kong) => response(kong, route, now()) };
  },
};

/** The one place where the plugin reads the clock. */
const now = (): number => Date.now() / 1000;
