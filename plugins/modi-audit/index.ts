import { kongSchemaFields, readConfig } from '../core/schema';
import type { PluginDefinition } from '../runtime/plugin';
import { access } from './access';
import { response } from './response';
import { compileRoute } from './route';
import { modiAuditSchema } from './schema';

const VERSION = '0.1.0';

/** The last of all: in access it sees what really goes to the service, in response what really goes to the caller. */
const PRIORITY = 1;

/** `modi-audit`: keeps the evidence of what modi-verify has accepted and of what was answered. */
export const modiAudit: PluginDefinition = {
  name: 'modi-audit',
  version: VERSION,
  priority: PRIORITY,
  phases: ['access', 'response'],
  schema: kongSchemaFields(modiAuditSchema.fields),
  create(config) {
    const route = compileRoute(readConfig(modiAuditSchema, config));
    return {
      access: (kong) => access(kong, route, now()),
      response: (kong) => response(kong, route, now()),
    };
  },
};

/** The one place where the plugin reads the clock. */
const now = (): number => Date.now() / 1000;
