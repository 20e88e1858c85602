import { nearest } from '../core/text';
import {
  collectEntities,
  ConfigDocument,
  expandServiceUrl,
  isObject,
  type Collected,
  type RawEntity,
} from '../dev/config';
import { validateRecord, type NamedField, type Report } from '../dev/schema';
import { isOpaque, type Consumer, type Fields, type Plugin, type Route, type Service } from './entities';
import type { CheckedFile, SchemaFault } from './file';
import { KONG_SCHEMAS } from './kong-schemas';
import type { KnownPlugins } from './pack';
import { ScopedPlugins } from './scopes';
import type { Path } from './types';

type ReadFile = Omit<CheckedFile, 'compilations' | 'material' | 'certificates' | 'secretFields'>;

/** Takes a kong.yml, or a file of decK, apart. Whatever is wrong with it becomes a fault; nothing is thrown. */
export function readConfigFile(text: string, name: string, known: KnownPlugins): ReadFile {
  const document = new ConfigDocument(text, name);
  const faults: SchemaFault[] = document.problems.map(({ problem, line, column }) => ({
    kind: 'syntax',
    path: [],
    place: { line, column },
    problem: problem.split('\n')[0] ?? '',
  }));
  const { content } = document;
  const report = reporter(content, faults);
  if (content === undefined) {
    return { document, text, content, services: [], routes: [], consumers: [], plugins: [], faults };
  }
  const { entities } = collectEntities(content, report);
  const services = entities.services.map((raw) => readService(raw, report));
  const routes = entities.routes.map((raw) => readRoute(raw, entities, services, report));
  const consumers = entities.consumers.map((raw) => readConsumer(raw, entities, report));
  const scoped = readPlugins({ entities, services, routes, shared: sharedConfigs(content), known }, report);
  reportTwins('services', services, report);
  reportTwins('routes', routes, report);
  const running = routes.map((route) => scoped.on(route));
  return { document, text, content, services, routes: running, consumers, plugins: scoped.all, faults };
}

/** Sorts what the schemas say, and drops what only the embedded gateway would miss. */
function reporter(content: unknown, faults: SchemaFault[]): Report {
  return (path, problem, names) => {
    if (problem.startsWith('needs Kong') || isOpaque(valueAtPath(content, path))) return;
    const wrong = problem === 'unknown field' ? String(path.at(-1) ?? '') : textOf(valueAtPath(content, path));
    const suggestion = names === undefined ? undefined : nearest(wrong, names);
    faults.push({ kind: kindOf(problem, path), path, problem, ...(suggestion === undefined ? {} : { suggestion }) });
  };
}

function kindOf(problem: string, path: Path): SchemaFault['kind'] {
  if (problem.includes('_format_version') || path[0] === '_format_version') return 'format';
  if (problem === 'unknown field') return 'unknown';
  if (problem.startsWith('required field missing')) return 'missing';
  if (problem.startsWith('no such entry') || problem.startsWith('is already given')) return 'reference';
  return problem.startsWith('another entry') || problem.includes('configured twice') ? 'twice' : 'invalid';
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const valueAtPath = (content: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? (value as Fields)[String(step)] : undefined),
    content,
  );

const nameOf = ({ fields }: RawEntity, member = 'name'): string | undefined =>
  typeof fields[member] === 'string' ? fields[member] : undefined;

function readService(raw: RawEntity, report: Report): Service {
  const expanded = expandServiceUrl(raw, report);
  validateRecord(KONG_SCHEMAS.services, expanded, raw.path, report);
  if (raw.fields['url'] === undefined && raw.fields['host'] === undefined)
    report(raw.path, 'required field missing: host, or url');
  return { name: nameOf(raw), path: raw.path, fields: raw.fields };
}

function readRoute(raw: RawEntity, entities: Collected, services: readonly Service[], report: Report): Route {
  const fields = validateRecord(KONG_SCHEMAS.routes, raw.fields, raw.path, report);
  const service = refer(raw, 'service', entities.services, services, report);
  const protocols = Array.isArray(fields['protocols']) ? fields['protocols'].map(String) : ['http', 'https'];
  return { name: nameOf(raw), path: raw.path, fields: raw.fields, service, protocols };
}

function readConsumer(raw: RawEntity, entities: Collected, report: Report): Consumer {
  validateRecord(KONG_SCHEMAS.consumers, raw.fields, raw.path, report);
  const groups = entities.acls
    .filter(({ parents }) => parents['consumer'] === raw)
    .flatMap((acl) => nameOf(acl, 'group') ?? []);
  return { name: nameOf(raw, 'username'), path: raw.path, fields: raw.fields, groups };
}

interface Parts {
  readonly entities: Collected;
  readonly services: readonly Service[];
  readonly routes: readonly Route[];
  readonly shared: ReadonlyMap<string, Fields>;
  readonly known: KnownPlugins;
}

function readPlugins(parts: Parts, report: Report): ScopedPlugins {
  const scoped = new ScopedPlugins(report);
  for (const raw of parts.entities.plugins) {
    const plugin = readPlugin(raw, parts, report);
    if (plugin !== undefined) scoped.add(plugin, raw);
  }
  return scoped;
}

function readPlugin(raw: RawEntity, parts: Parts, report: Report): Plugin | undefined {
  validateRecord(KONG_SCHEMAS.plugins, raw.fields, raw.path, report);
  const route = refer(raw, 'route', parts.entities.routes, parts.routes, report);
  const service = refer(raw, 'service', parts.entities.services, parts.services, report);
  const name = nameOf(raw);
  if (name === undefined) return undefined;
  const consumer = ['consumer', 'consumer_group'].some(
    (member) => raw.fields[member] !== undefined || raw.parents[member] !== undefined,
  );
  let faults = 0;
  const config = readConfig(raw, parts, (...fault) => {
    faults += 1;
    report(...fault);
  });
  return {
    name,
    path: raw.path,
    fields: raw.fields,
    enabled: raw.fields['enabled'] !== false,
    ofPack: parts.known.definitions.has(name),
    config,
    scope: consumer ? 'consumer' : route !== undefined ? 'route' : service !== undefined ? 'service' : 'global',
    route,
    service,
    sound: faults === 0,
  };
}

/** decK lays the plugin's own members over those of the shared settings it names. */
function readConfig(raw: RawEntity, { shared, known }: Parts, report: Report): Fields {
  const own = isObject(raw.fields['config']) ? raw.fields['config'] : {};
  const source = nameOf(raw, '_config');
  const base = source === undefined ? undefined : shared.get(source);
  if (source !== undefined && base === undefined) {
    report([...raw.path, '_config'], `no such entry in _plugin_configs: ${source}`, [...shared.keys()]);
  }
  const merged = { ...base, ...own };
  const fields: readonly NamedField[] | undefined = known.schemas.get(nameOf(raw) ?? '');
  return fields === undefined ? merged : validateRecord(fields, merged, [...raw.path, 'config'], report);
}

function sharedConfigs(content: unknown): ReadonlyMap<string, Fields> {
  const shared = isObject(content) ? content['_plugin_configs'] : undefined;
  return new Map(
    Object.entries(isObject(shared) ? shared : {}).filter((entry): entry is [string, Fields] => isObject(entry[1])),
  );
}

/** By nesting, by name, by id, or by `{ id }` and `{ name }`. */
function refer<E>(
  raw: RawEntity,
  member: string,
  raws: readonly RawEntity[],
  entities: readonly E[],
  report: Report,
): E | undefined {
  const parent = raw.parents[member];
  if (parent !== undefined) return entities[raws.indexOf(parent)];
  const written = raw.fields[member];
  if (written === undefined || written === null) return undefined;
  const key = isObject(written) ? (written['id'] ?? written['name']) : written;
  const index = raws.findIndex(({ fields }) => fields['name'] === key || fields['id'] === key);
  if (index === -1) {
    report(
      [...raw.path, member],
      `no such entry in ${member}s: ${String(key)}`,
      raws.flatMap((one) => nameOf(one) ?? []),
    );
  }
  return entities[index];
}

function reportTwins(kind: string, entities: readonly (Service | Route)[], report: Report): void {
  const seen = new Set<string>();
  for (const { name, path } of entities) {
    if (name === undefined) continue;
    if (seen.has(name)) report([...path, 'name'], `another entry of ${kind} has this name`);
    seen.add(name);
  }
}
