import type { FieldSpec, Fields, KongFieldSchema, KongSchemaField } from './fields';

/** The fields in Kong's schema language, as the dump of the plugin server carries them. */
export function kongSchemaFields(fields: Fields): readonly KongSchemaField[] {
  return Object.entries(fields).map(([name, spec]) => ({ [name]: kongFieldSchema(spec) }));
}

function kongFieldSchema(spec: FieldSpec): KongFieldSchema {
  switch (spec.type) {
    case 'record':
      return { ...spec, fields: kongSchemaFields(spec.fields) };
    case 'array':
    case 'set':
      return { ...spec, elements: kongFieldSchema(spec.elements) };
    case 'map':
      return { ...spec, keys: { type: 'string' }, values: kongFieldSchema(spec.values) };
    case 'string':
    case 'number':
    case 'integer':
    case 'boolean':
      return { ...spec };
  }
}
