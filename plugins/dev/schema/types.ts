/**
 * Kong's schema language as it arrives in JSON: from a plugin server's dump, or written here for the entities
 * and bundled plugins. An attribute that is not listed is not understood, and refused when the schema is read.
 */
export interface FieldSchema {
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'set' | 'map' | 'record' | 'foreign';
  readonly required?: boolean;
  readonly default?: unknown;
  readonly description?: string;
  readonly referenceable?: boolean;
  readonly encrypted?: boolean;
  readonly deprecation?: unknown;
  readonly unique?: boolean;
  readonly err?: string;
  readonly one_of?: readonly unknown[];
  readonly not_one_of?: readonly unknown[];
  readonly between?: readonly [number, number];
  readonly gt?: number;
  readonly eq?: unknown;
  readonly ne?: unknown;
  readonly len_min?: number;
  readonly len_max?: number;
  readonly len_eq?: number;
  readonly match?: string;
  readonly match_none?: readonly PatternCheck[];
  readonly match_all?: readonly PatternCheck[];
  readonly match_any?: { readonly patterns: readonly string[]; readonly err?: string };
  readonly not_match?: string;
  readonly starts_with?: string;
  readonly contains?: unknown;
  readonly is_regex?: boolean;
  readonly uuid?: boolean;
  readonly auto?: boolean;
  readonly timestamp?: boolean;
  readonly elements?: FieldSchema;
  readonly keys?: FieldSchema;
  readonly values?: FieldSchema;
  readonly fields?: readonly NamedField[];
  readonly reference?: string;
  /** Not Kong's: a check in code, for the entities and bundled plugins declared in this folder. */
  readonly check?: (value: unknown) => string | undefined;
}

export interface PatternCheck {
  readonly pattern: string;
  readonly err: string;
}

/** One field: an object with a single member, its name. */
export type NamedField = Readonly<Record<string, FieldSchema>>;

/** Where a value stands in the document: member names, and zero-based places in lists. */
export type Path = readonly (string | number)[];

/** Told about each fault. `names` are the ones that would have been right there. */
export type Report = (path: Path, problem: string, names?: readonly string[]) => void;

/** What a validated value looks like: JSON; a field that is not set is null. */
export type Plain = null | string | number | boolean | Plain[] | PlainRecord;
export interface PlainRecord {
  [field: string]: Plain;
}

const ATTRIBUTES: ReadonlySet<string> = new Set([
  'type',
  'required',
  'default',
  'description',
  'referenceable',
  'encrypted',
  'deprecation',
  'unique',
  'err',
  'one_of',
  'not_one_of',
  'between',
  'gt',
  'eq',
  'ne',
  'len_min',
  'len_max',
  'len_eq',
  'match',
  'match_none',
  'match_all',
  'match_any',
  'not_match',
  'starts_with',
  'contains',
  'is_regex',
  'uuid',
  'auto',
  'timestamp',
  'elements',
  'keys',
  'values',
  'fields',
  'reference',
]);

const TYPES: ReadonlySet<unknown> = new Set<FieldSchema['type']>([
  'string',
  'number',
  'integer',
  'boolean',
  'array',
  'set',
  'map',
  'record',
  'foreign',
]);

/**
 * Checks that a schema from outside is one this gateway can enforce.
 * @throws Error naming the field and the attribute that is not understood.
 */
export function readSchema(raw: unknown, where: string): FieldSchema {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new Error(`${where}: a field's schema must be an object`);
  }
  const schema = raw as Record<string, unknown>;
  if (!TYPES.has(schema['type'])) throw new Error(`${where}: unknown type ${JSON.stringify(schema['type'])}`);
  for (const attribute of Object.keys(schema)) {
    if (!ATTRIBUTES.has(attribute)) throw new Error(`${where}: schema attribute ${attribute} is not understood`);
  }
  for (const inner of ['elements', 'keys', 'values'] as const) {
    if (schema[inner] !== undefined) readSchema(schema[inner], `${where}.${inner}`);
  }
  if (schema['fields'] !== undefined) readFields(schema['fields'], where);
  return schema as unknown as FieldSchema;
}

/** The list of fields of a record; the same promise as `readSchema`. */
export function readFields(raw: unknown, where: string): readonly NamedField[] {
  if (!Array.isArray(raw)) throw new Error(`${where}: fields must be a list`);
  for (const field of raw as unknown[]) {
    const entries = typeof field === 'object' && field !== null ? Object.entries(field) : [];
    const [entry] = entries;
    if (entries.length !== 1 || entry === undefined) throw new Error(`${where}: each field must have one name`);
    readSchema(entry[1], `${where}.${entry[0]}`);
  }
  return raw as NamedField[];
}
