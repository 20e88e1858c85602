export { ConnectionPool, DialogueError } from './connection';
export { DescribeError, describePlugin } from './describe';
export type { DescribedPlugin, PluginServerEntry } from './describe';
export { ExternalPlugin } from './external-plugin';
export { PluginServerProcess } from './process';
