import { ConfigDocument, parseText, type ParsedText } from './document';
import { collectEntities, isObject, type Collected, type RawEntity } from './collect';
import * as schemas from './entity-schemas';
import type { Consumer, GatewayConfig, PluginEntity, Route, Service, Upstream } from './entities';
import { readPlugins, type AvailablePlugins, type PluginCatalogue } from './plugins';
import { GatewayConfigError } from './problems';
import { readEntity, Registry, setMembers } from './registry';
import { expandServiceUrl } from './service-url';
import { migratePaths } from './migrate-paths';
import { parseTarget } from './target';
import type { PlainRecord, Report } from '../schema';

/** The text of a kong.yml and the name to call it by in messages. */
export interface ConfigSource {
  readonly text: string;
  readonly name: string;
}

/** A large file takes a second to parse, and is read twice. */
const parsed = new WeakMap<ConfigSource, ParsedText>();

function documentOf(source: ConfigSource): ConfigDocument {
  const known = parsed.get(source) ?? parseText(source.text);
  parsed.set(source, known);
  return new ConfigDocument(source.text, source.name, known);
}

/** The plugin names that a kong.yml uses, so that a plugin server can be asked about them before `loadConfig`. */
export function pluginNamesIn(source: ConfigSource): string[] {
  const { content } = documentOf(source);
  const { entities } = collectEntities(content ?? {}, () => undefined);
  return [...new Set(entities.plugins.map(({ fields }) => fields['name']).filter((name) => typeof name === 'string'))];
}

/**
 * Reads a kong.yml (format 3.0, 2.1 or 1.1) for the plugins of `catalogue`. `pluginNames`: what a wrong name is held
 * against.
 * @throws GatewayConfigError with every fault found, each with file, line, column, field and the nearest name.
 */
export function loadConfig(
  source: ConfigSource,
  catalogue: PluginCatalogue,
  pluginNames: readonly string[] = [...catalogue.keys()],
): GatewayConfig {
  const document = documentOf(source);
  if (document.problems.length > 0) throw new GatewayConfigError(document.problems);
  const { entities, warnings } = collectEntities(document.content, document.report);
  const config = assemble(entities, formatOf(document.content), { catalogue, names: pluginNames }, document.report);
  if (document.problems.length > 0) throw new GatewayConfigError(document.problems);
  return { ...config, warnings };
}

const formatOf = (content: unknown): number => Number(isObject(content) ? content['_format_version'] : 3);

function assemble(
  entities: Collected,
  format: number,
  available: AvailablePlugins,
  report: Report,
): Omit<GatewayConfig, 'warnings'> {
  const services = readServices(entities.services, report);
  const consumers = readConsumers(entities, report);
  const routes = readRoutes(entities.routes, format, services, report);
  const upstreams = readUpstreams(entities, report);
  const plugins: PluginEntity[] = readPlugins(entities.plugins, { services, routes, consumers }, available, report);
  return {
    services: services.all,
    routes: routes.all.filter((route) => route.service?.enabled !== false),
    consumers: consumers.all,
    upstreams,
    plugins,
  };
}

function readServices(raws: readonly RawEntity[], report: Report): Registry<Service> {
  const services = new Registry<Service>('services');
  for (const raw of raws) {
    const expanded = { ...raw, fields: expandServiceUrl(raw, report) };
    const { id, name, record } = readEntity('services', expanded, schemas.SERVICE_FIELDS, 'name', report);
    const service = { ...record, record: setMembers(record) } as unknown as Service;
    services.add(raw, id, name, service, report);
  }
  return services;
}

function readRoutes(
  raws: readonly RawEntity[],
  format: number,
  services: Registry<Service>,
  report: Report,
): Registry<Route> {
  const routes = new Registry<Route>('routes');
  for (const raw of raws) {
    const migrated = format < 3 ? { ...raw, fields: migratePaths(raw.fields) } : raw;
    const { id, name, record } = readEntity('routes', migrated, schemas.ROUTE_FIELDS, 'name', report);
    checkRouteCriteria(raw, record, report);
    const service = services.resolve(raw, 'service', report);
    const printed = setMembers({ ...record, service: service === undefined ? null : { id: service.id } });
    routes.add(raw, id, name, { ...record, service, record: printed } as unknown as Route, report);
  }
  return routes;
}

/** Kong refuses a route that nothing but its protocol would select. */
function checkRouteCriteria(raw: RawEntity, record: PlainRecord, report: Report): void {
  const https = Array.isArray(record['protocols']) && record['protocols'].includes('https');
  const criteria = ['methods', 'hosts', 'headers', 'paths', ...(https ? ['snis'] : [])];
  const filled = criteria.some((field) => Object.keys(record[field] ?? {}).length > 0);
  if (!filled && criteria.every((field) => raw.fields[field] === undefined || raw.fields[field] === null)) {
    report(raw.path, `must set one of ${criteria.join(', ')}`);
  }
  if (!https && Array.isArray(record['snis']) && record['snis'].length > 0) {
    report([...raw.path, 'snis'], "'snis' can only be set when 'protocols' has 'https'");
  }
}

function readConsumers(entities: Collected, report: Report): Registry<Consumer> {
  const consumers = new Registry<Consumer>('consumers');
  const groups = new Map<Consumer, string[]>();
  for (const raw of entities.consumers) {
    const { id, record } = readEntity('consumers', raw, schemas.CONSUMER_FIELDS, 'username', report);
    if (record['username'] === null && record['custom_id'] === null) {
      report(raw.path, 'at least one of these fields must be non-empty: custom_id, username');
    }
    const own: string[] = [];
    const consumer = { ...record, record: setMembers(record), groups: own } as unknown as Consumer;
    groups.set(consumer, own);
    consumers.add(raw, id, consumer.username, consumer, report);
  }
  for (const raw of entities.acls) {
    const { record } = readEntity('acls', raw, schemas.ACL_FIELDS, 'id', report);
    const consumer = consumers.resolve(raw, 'consumer', report);
    if (consumer !== undefined && typeof record['group'] === 'string') groups.get(consumer)?.push(record['group']);
    else if (raw.fields['consumer'] === undefined) report([...raw.path, 'consumer'], 'required field missing');
  }
  return consumers;
}

function readUpstreams(entities: Collected, report: Report): Upstream[] {
  const upstreams = new Registry<Upstream>('upstreams');
  const targets = new Map<Upstream, ReturnType<typeof parseTarget>[]>();
  for (const raw of entities.upstreams) {
    const { id, name, record } = readEntity('upstreams', raw, schemas.UPSTREAM_FIELDS, 'name', report);
    const own: ReturnType<typeof parseTarget>[] = [];
    const upstream = { ...record, record: setMembers(record), targets: own } as unknown as Upstream;
    targets.set(upstream, own);
    upstreams.add(raw, id, name, upstream, report);
  }
  for (const raw of entities.targets) {
    const { record } = readEntity('targets', raw, schemas.TARGET_FIELDS, 'target', report);
    const upstream = upstreams.resolve(raw, 'upstream', report);
    if (upstream !== undefined) targets.get(upstream)?.push(parseTarget(record));
    else if (raw.fields['upstream'] === undefined) report([...raw.path, 'upstream'], 'required field missing');
  }
  return upstreams.all;
}
