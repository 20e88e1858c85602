import type { Path } from './types';

export type Fields = Readonly<Record<string, unknown>>;

interface Entity {
  /** Undefined for an entity without a name. */
  readonly name: string | undefined;
  readonly path: Path;
  /** As written. */
  readonly fields: Fields;
}

export type Service = Entity;

export interface Consumer extends Entity {
  readonly groups: readonly string[];
}

export interface Route extends Entity {
  readonly service: Service | undefined;
  /** With Kong's default. */
  readonly protocols: readonly string[];
}

/** A route with what runs on it, by plugin name: the narrowest enabled scope wins, as in Kong; consumers' left out. */
export interface RunningRoute extends Route {
  readonly plugins: ReadonlyMap<string, Plugin>;
}

export interface Plugin extends Entity {
  readonly name: string;
  readonly enabled: boolean;
  /** Comes from the pack's own registry. */
  readonly ofPack: boolean;
  /** With the defaults of the schema where it is known, shared settings of decK merged in. */
  readonly config: Fields;
  readonly scope: 'route' | 'service' | 'consumer' | 'global';
  readonly route: Route | undefined;
  readonly service: Service | undefined;
  /** The schema has nothing against it. */
  readonly sound: boolean;
}

/** The value at a dotted path of a configuration; undefined when a part of it is not there. */
export function valueAt(config: Fields, field: string): unknown {
  return field.split('.').reduce<unknown>((value, step) => (isRecord(value) ? value[step] : undefined), config);
}

/** The texts of a list at a dotted path; empty when there is none. */
export function textsAt(config: Fields, field: string): readonly string[] {
  const value = valueAt(config, field);
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Known only where it runs: a reference to a vault, or what decK fills in. */
export const isOpaque = (value: unknown): boolean =>
  typeof value === 'string' && (/^\{vault:\/\/.*\}$/.test(value) || value.includes('${{'));

/** `/a/b`, `./a`, `a/b.pem`: text that names a file. */
export const looksLikePath = (value: string): boolean =>
  !value.includes('\n') &&
  !/^[a-z][a-z0-9+.-]*:\/\//i.test(value) &&
  /^[~.\w-]*\/|\.(pem|crt|cer|der|key|jwk|p12|pfx)$/i.test(value);
