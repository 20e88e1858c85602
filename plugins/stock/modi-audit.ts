import { modiAudit } from '../modi-audit/index';
import { stockModule } from '../runtime/stock';

/** `kong-js-pluginserver --plugins-directory dist/stock` loads this file as the plugin `modi-audit`. */
export const { Plugin, Schema, Version, Priority } = stockModule(modiAudit);
