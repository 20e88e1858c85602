export { array, boolean, integer, map, record, set, string } from './fields';
export type { Fields, FieldSpec, Infer, KongSchemaField, KongFieldSchema } from './fields';
export { kongSchemaFields } from './kong-dump';
export { configVersion } from './config-version';
export { luaTable } from './lua-table';
export { readConfig } from './read-config';
export { ConfigError } from './config-error';
export { markdownTable } from './markdown-table';
export { typeText } from './type-text';
