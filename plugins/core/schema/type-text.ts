import type { FieldSpec } from './fields';

/** How a page words what a type allows; the walk through nested types is the same for all. */
export interface TypeWords {
  choice(values: readonly string[]): string;
  range(type: string, least: number, most: number): string;
}

/** A field's type and bounds in a few words. */
export function typeText(spec: FieldSpec, words: TypeWords): string {
  switch (spec.type) {
    case 'array':
    case 'set':
      return `${spec.type} of ${typeText(spec.elements, words)}`;
    case 'map':
      return `map of ${typeText(spec.values, words)}`;
    case 'string':
      return spec.one_of === undefined ? 'string' : words.choice(spec.one_of);
    case 'number':
    case 'integer':
      return spec.between === undefined ? spec.type : words.range(spec.type, spec.between[0], spec.between[1]);
    case 'boolean':
    case 'record':
      return spec.type;
  }
}
