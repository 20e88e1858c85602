import { modiVerify } from '../modi-verify/index';
import { stockModule } from '../runtime/stock';

/** `kong-js-pluginserver --plugins-directory dist/stock` loads this file as the plugin `modi-verify`. */
export const { Plugin, Schema, Version, Priority } = stockModule(modiVerify);
