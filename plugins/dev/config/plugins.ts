import { validateRecord, type NamedField, type PlainRecord, type Report } from '../schema';
import type { RawEntity } from './collect';
import type { Consumer, PluginEntity, Route, Service } from './entities';
import { PLUGIN_FIELDS } from './entity-schemas';
import { entityId } from './ids';
import { readEntity, type Registry } from './registry';

/** What is known of a plugin before it is configured. */
export interface PluginKind {
  readonly fields: readonly NamedField[];
  /** Rules across fields of a bundled plugin; what a plugin server cannot express in its schema. */
  readonly check?: (config: PlainRecord) => readonly { field: string; problem: string }[];
}

/** The plugins this gateway can run, by name. */
export type PluginCatalogue = ReadonlyMap<string, PluginKind>;

export interface AvailablePlugins {
  readonly catalogue: PluginCatalogue;
  /** The names a wrong one is held against. */
  readonly names: readonly string[];
}

interface Registries {
  readonly services: Registry<Service>;
  readonly routes: Registry<Route>;
  readonly consumers: Registry<Consumer>;
}

/** Validates every plugin entry; one plugin may stand only once at each scope. */
export function readPlugins(
  raws: readonly RawEntity[],
  registries: Registries,
  available: AvailablePlugins,
  report: Report,
): PluginEntity[] {
  const scopes = new Set<string>();
  return raws.flatMap((raw) => {
    const plugin = readPlugin(raw, registries, available, report);
    if (plugin === undefined) return [];
    const scope = [plugin.name, plugin.route?.id, plugin.service?.id, plugin.consumer?.id].join(':');
    if (scopes.has(scope)) report(raw.path, `${plugin.name} is configured twice at the same scope`);
    scopes.add(scope);
    return [plugin];
  });
}

function readPlugin(
  raw: RawEntity,
  registries: Registries,
  available: AvailablePlugins,
  report: Report,
): PluginEntity | undefined {
  const { record } = readEntity('plugins', raw, PLUGIN_FIELDS, 'id', report);
  const route = registries.routes.resolve(raw, 'route', report);
  const service = registries.services.resolve(raw, 'service', report);
  const consumer = registries.consumers.resolve(raw, 'consumer', report);
  const name = record['name'];
  if (typeof name !== 'string') return undefined;
  const kind = available.catalogue.get(name);
  if (kind === undefined) {
    const problem = `plugin ${name} needs Kong: the embedded gateway does not have it`;
    report([...raw.path, 'name'], problem, available.names);
    return undefined;
  }
  const written = raw.fields['id'];
  const key = [name, route?.id ?? '', service?.id ?? '', consumer?.id ?? '', '', ''].join(':');
  return {
    id: typeof written === 'string' ? written : entityId('plugins', key),
    name,
    instanceName: record['instance_name'] as string | null,
    enabled: record['enabled'] === true,
    config: readConfig(raw, kind, report),
    route,
    service,
    consumer,
    path: [...raw.path, 'config'],
  };
}

function readConfig(raw: RawEntity, kind: PluginKind, report: Report): PlainRecord {
  let faults = 0;
  const path = [...raw.path, 'config'];
  const config = validateRecord(kind.fields, raw.fields['config'], path, (at, problem, names) => {
    faults += 1;
    report(at, problem, names);
  });
  if (faults === 0) {
    for (const { field, problem } of kind.check?.(config) ?? []) {
      report(field === '' ? path : [...path, ...field.split('.')], problem);
    }
  }
  return config;
}
