/**
 * The second door of the plugin: what judges a captured request without a gateway, with the configuration reader, the
 * trust and the first check of the plugin itself. Loads no phase and no wire.
 */
export { checkHeaderCount } from './header-count';
export { compileRoute } from './route';
export { modiVerifySchema } from './schema';
