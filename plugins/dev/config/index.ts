export { GatewayConfigError, describeProblem } from './problems';
export type { ConfigProblem } from './problems';
export { loadConfig, pluginNamesIn } from './load';
export type { ConfigSource } from './load';
export type { PluginCatalogue, PluginKind } from './plugins';
export type { Consumer, GatewayConfig, PluginEntity, Route, Service, Target, Upstream } from './entities';
