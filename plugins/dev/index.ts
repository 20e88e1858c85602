export { startGateway } from './gateway';
export type { GatewayOptions, GatewayStats, ListenAddress, ListenOptions, RunningGateway } from './options';
export type { GatewayLogger } from './logger';
export type { GatewayFaults } from './faults';
export { GatewayConfigError, describeProblem } from './config';
export type { ConfigProblem, ConfigSource } from './config';
export { DescribeError } from './pluginserver';
export type { PluginServerEntry } from './pluginserver';
