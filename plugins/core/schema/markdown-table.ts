import type { FieldSpec, Fields } from './fields';
import { typeText, type TypeWords } from './type-text';

/** The configuration table of a plugin's page, one row per field, nested fields with dotted names. */
export function markdownTable(fields: Fields): string {
  const rows = rowsOf(fields, '').map((cells) => `| ${cells.join(' | ')} |`);
  return ['| field | type | default | what it does |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function rowsOf(fields: Fields, prefix: string): string[][] {
  return Object.entries(fields).flatMap(([name, spec]) => {
    const path = prefix + name;
    if (spec.type === 'record') return rowsOf(spec.fields, `${path}.`);
    const row = [`\`${path}\``, typeText(spec, WORDS), defaultOf(spec), spec.description.replaceAll('|', '\\|')];
    return [row, ...rowsOf(elementFields(spec), `${path}[].`)];
  });
}

/** The fields of a list's records, so that their names and meanings are found as well. */
function elementFields(spec: FieldSpec): Fields {
  const elements = spec.type === 'array' || spec.type === 'set' ? spec.elements : undefined;
  return elements?.type === 'record' ? elements.fields : {};
}

const WORDS: TypeWords = {
  choice: (values) => values.map((value) => `\`${value}\``).join(', '),
  range: (type, least, most) => `${type} ${least}–${most}`,
};

function defaultOf(spec: FieldSpec): string {
  if (spec.required === true) return '**required**';
  return 'default' in spec ? `\`${JSON.stringify(spec.default)}\`` : '';
}
