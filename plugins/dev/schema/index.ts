export { readFields, readSchema } from './types';
export type { FieldSchema, NamedField, Path, Plain, PlainRecord, Report } from './types';
export { validateField, validateRecord } from './validate';
export { isReference } from './scalars';
export { textOf } from './plain';
