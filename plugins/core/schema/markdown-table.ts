import type { FieldSpec, Fields } from './fields';

/** The configuration table of a plugin's page, one row per field, nested fields with dotted names. */
export function markdownTable(fields: Fields): string {
  const rows = rowsOf(fields, '').map((cells) => `| ${cells.join(' | ')} |`);
  return ['| field | type | default | what it does |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function rowsOf(fields: Fields, prefix: string): string[][] {
  return Object.entries(fields).flatMap(([name, spec]) => {
    const path = prefix + name;
    if (spec.type === 'record') return rowsOf(spec.fields, `${path}.`);
    return [[`\`${path}\``, typeOf(spec), defaultOf(spec), spec.description.replaceAll('|', '\\|')]];
  });
}

function typeOf(spec: FieldSpec): string {
  switch (spec.type) {
    case 'array':
    case 'set':
      return `${spec.type} of ${typeOf(spec.elements)}`;
    case 'map':
      return `map of ${typeOf(spec.values)}`;
    case 'string':
      return spec.one_of ? spec.one_of.map((value) => `\`${value}\``).join(', ') : 'string';
    case 'number':
    case 'integer':
      return spec.between ? `${spec.type} ${spec.between[0]}–${spec.between[1]}` : spec.type;
    case 'boolean':
    case 'record':
      return spec.type;
  }
}

function defaultOf(spec: FieldSpec): string {
  if (spec.required === true) return '**required**';
  return 'default' in spec ? `\`${JSON.stringify(spec.default)}\`` : '';
}
