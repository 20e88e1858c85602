/**
 * The configuration language of the pack. A plugin declares its fields once, with these builders; Kong's
 * schema dump (`kong-dump.ts`), the TypeScript type (`Infer`), the reader that applies defaults
 * (`read-config.ts`) and the table of the plugin's page (`markdown-table.ts`) all come from that one text.
 */

/** Attributes as Kong's own schema language names them. */
interface CommonSpec {
  readonly description: string;
  readonly required?: boolean;
  readonly referenceable?: boolean;
  readonly encrypted?: boolean;
}

interface StringSpec extends CommonSpec {
  readonly default?: string;
  readonly one_of?: readonly string[];
  readonly len_min?: number;
  readonly match?: string;
}

interface NumberSpec extends CommonSpec {
  readonly default?: number;
  readonly between?: readonly [number, number];
  readonly gt?: number;
}

interface BooleanSpec extends CommonSpec {
  readonly default?: boolean;
}

interface ListSpec<E extends FieldSpec> extends CommonSpec {
  readonly elements: E;
  readonly default?: readonly unknown[];
  readonly len_min?: number;
}

interface MapSpec<V extends FieldSpec> extends CommonSpec {
  readonly values: V;
}

interface RecordSpec<F extends Fields> extends CommonSpec {
  readonly fields: F;
}

/** Field name to its specification; the order is the order of the documentation. */
export type Fields = Readonly<Record<string, FieldSpec>>;

type Typed<T extends string, S> = S & { readonly type: T };

export type FieldSpec =
  | Typed<'string', StringSpec>
  | Typed<'number' | 'integer', NumberSpec>
  | Typed<'boolean', BooleanSpec>
  | (CommonSpec & {
      readonly type: 'array' | 'set';
      readonly elements: FieldSpec;
      readonly default?: readonly unknown[];
      readonly len_min?: number;
    })
  | (CommonSpec & { readonly type: 'map'; readonly values: FieldSpec })
  | (CommonSpec & { readonly type: 'record'; readonly fields: Fields });

type Present<S, T> = S extends { readonly required: true } ? T : S extends { readonly default: unknown } ? T : T | null;

type Scalar<S extends FieldSpec> = S extends { readonly type: 'string' }
  ? S extends { readonly one_of: readonly (infer O)[] }
    ? O
    : string
  : S extends { readonly type: 'number' | 'integer' }
    ? number
    : S extends { readonly type: 'boolean' }
      ? boolean
      : S extends { readonly type: 'array' | 'set'; readonly elements: infer E extends FieldSpec }
        ? readonly Scalar<E>[]
        : S extends { readonly type: 'map'; readonly values: infer V extends FieldSpec }
          ? Readonly<Record<string, Scalar<V>>>
          : S extends { readonly type: 'record'; readonly fields: infer F extends Fields }
            ? { readonly [K in keyof F]: Present<F[K], Scalar<F[K]>> }
            : never;

/** The TypeScript type of a configuration read by `readConfig`: unset fields without default are null. */
export type Infer<S extends FieldSpec> = Scalar<S>;

/** A schema as Kong reads it: JSON, no functions. */
export type KongFieldSchema = Readonly<Record<string, unknown>>;
export type KongSchemaField = Readonly<Record<string, KongFieldSchema>>;

export const string = <const S extends StringSpec>(spec: S) => ({ type: 'string' as const, ...spec });
export const integer = <const S extends NumberSpec>(spec: S) => ({ type: 'integer' as const, ...spec });
export const boolean = <const S extends BooleanSpec>(spec: S) => ({ type: 'boolean' as const, ...spec });
export const array = <const E extends FieldSpec, const S extends ListSpec<E>>(spec: S & { elements: E }) => ({
  type: 'array' as const,
  ...spec,
});
export const set = <const E extends FieldSpec, const S extends ListSpec<E>>(spec: S & { elements: E }) => ({
  type: 'set' as const,
  ...spec,
});
export const map = <const V extends FieldSpec, const S extends MapSpec<V>>(spec: S & { values: V }) => ({
  type: 'map' as const,
  ...spec,
});
/**
 * A group of fields. A record is always created, also when omitted, so that its defaults apply; Kong then
 * enforces its required fields too (kong.yml's own rule), hence records of the pack never hold a required
 * field unless the record itself is required.
 */
export const record = <const F extends Fields, const S extends RecordSpec<F>>(spec: S & { fields: F }) => ({
  type: 'record' as const,
  required: true as const,
  ...spec,
});
