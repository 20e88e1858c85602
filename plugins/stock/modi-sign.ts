import { modiSign } from '../modi-sign/index';
import { stockModule } from '../runtime/stock';

/** `kong-js-pluginserver --plugins-directory dist/stock` loads this file as the plugin `modi-sign`. */
export const { Plugin, Schema, Version, Priority } = stockModule(modiSign);
