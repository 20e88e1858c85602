export { ConnectionPool } from './connection-pool';
export { DialogueError, EXITED, type ExecuteMethod } from './connection';
export { DescribeError, describePlugin } from './describe';
export type { DescribedPlugin, PluginServerEntry } from './describe';
export { ExternalPlugin } from './external-plugin';
export type { BindPdk, ExternalKind } from './external-plugin';
export { PluginServerProcess } from './process';
