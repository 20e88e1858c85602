/**
 * The second door of the plugin: what judges a captured request without a gateway, with the configuration reader, the
 * trust and the first check of the plugin itself, and whoever reports on what a configuration trusts. Loads no phase and no wire.
 */
export { checkHeaderCount } from './header-count';
export { CLIENT_USAGES } from './channel';
export { ocspSettings } from './revocation';
export { compileRoute } from './route';
export { authoritiesOf } from './trust';
export { modiVerifySchema } from './schema';
