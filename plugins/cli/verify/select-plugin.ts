import { LineCounter, parseDocument } from 'yaml';
import { nearest } from '../../core/text';
import { CliError, usageError } from '../shell/cli-error';

/** One `modi-verify` of a kong.yml, and what it can be called by. */
interface Candidate {
  readonly instance: string | undefined;
  /** Name of the route it stands on, or of every route of its service. */
  readonly routes: readonly string[];
  readonly scope: 'route' | 'service' | 'global';
  readonly config: unknown;
}

export interface Selection {
  readonly instance: string | undefined;
  readonly route: string | undefined;
}

/**
 * The configuration of the `modi-verify` that is meant: by instance name, by route (the plugin of the route itself
 * before the one of its service before a global one, as Kong chooses), or the only one there is.
 *
 * @throws CliError CLI_CONFIG when the file holds none or is no YAML, CLI_USAGE when the choice is not clear.
 */
export function selectPlugin(text: string, file: string, { instance, route }: Selection): unknown {
  const candidates = candidatesIn(parse(text, file));
  if (candidates.length === 0) {
    throw configError(file, 'holds no modi-verify plugin', 'non contiene alcun plugin modi-verify');
  }
  if (instance !== undefined) return byInstance(candidates, instance);
  if (route !== undefined) return byRoute(candidates, route);
  const [only, ...more] = candidates;
  if (only !== undefined && more.length === 0) return only.config;
  const names = candidates.map((one) => one.instance ?? one.routes.join('+')).join(', ');
  throw usageError(
    `${file} holds ${candidates.length} modi-verify plugins: choose with --route or --plugin-instance (${names})`,
    `${file} contiene ${candidates.length} plugin modi-verify: scegliere con --route o --plugin-instance (${names})`,
  );
}

function byInstance(candidates: readonly Candidate[], name: string): unknown {
  const found = candidates.find(({ instance }) => instance === name);
  if (found !== undefined) return found.config;
  throw unknown(
    '--plugin-instance',
    name,
    candidates.flatMap(({ instance }) => instance ?? []),
  );
}

function byRoute(candidates: readonly Candidate[], name: string): unknown {
  for (const scope of ['route', 'service', 'global'] as const) {
    const found = candidates.find((one) => one.scope === scope && (scope === 'global' || one.routes.includes(name)));
    if (found !== undefined) return found.config;
  }
  throw unknown(
    '--route',
    name,
    candidates.flatMap(({ routes }) => routes),
  );
}

function unknown(flag: string, name: string, names: readonly string[]): CliError {
  const meant = nearest(name, names);
  return usageError(
    `${flag}: no modi-verify plugin at "${name}"; ${meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`}`,
    `${flag}: nessun plugin modi-verify su "${name}"; ${meant === undefined ? `esistono ${names.join(', ')}` : `forse ${meant}?`}`,
  );
}

function parse(text: string, file: string): Item {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, merge: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    const [problem = ''] = error.message.split('\n');
    throw configError(`${file}:${line}:${col}`, problem, problem);
  }
  return itemOf(document.toJS());
}

type Item = Readonly<Record<string, unknown>>;

const itemOf = (value: unknown): Item => (typeof value === 'object' && value !== null ? (value as Item) : {});
const listOf = (value: unknown): readonly Item[] => (Array.isArray(value) ? value.map(itemOf) : []);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
/** A foreign key is a name, or a record with one. */
const referenceOf = (value: unknown): string | undefined => textOf(value) ?? textOf(itemOf(value)['name']);

/** Plugins stand inside routes, inside services, or at the top with references. */
function candidatesIn(root: Item): readonly Candidate[] {
  const services = listOf(root['services']);
  const topRoutes = listOf(root['routes']);
  const routesOf = (service: Item): readonly Item[] => [
    ...listOf(service['routes']),
    ...topRoutes.filter((route) => referenceOf(route['service']) === textOf(service['name'])),
  ];
  const namesOf = (routes: readonly Item[]) => routes.flatMap(({ name }) => textOf(name) ?? []);
  const onRoutes = [...services.flatMap((service) => listOf(service['routes'])), ...topRoutes].flatMap((route) =>
    pluginsOf(route, 'route', namesOf([route])),
  );
  const onServices = services.flatMap((service) => pluginsOf(service, 'service', namesOf(routesOf(service))));
  const onTop = listOf(root['plugins']).flatMap((plugin) => {
    const route = referenceOf(plugin['route']);
    if (route !== undefined) return pluginsOf({ plugins: [plugin] }, 'route', [route]);
    const service = services.find(({ name }) => name === referenceOf(plugin['service']));
    if (service !== undefined) return pluginsOf({ plugins: [plugin] }, 'service', namesOf(routesOf(service)));
    return pluginsOf({ plugins: [plugin] }, 'global', []);
  });
  return [...onRoutes, ...onServices, ...onTop];
}

function pluginsOf(parent: Item, scope: Candidate['scope'], routes: readonly string[]): readonly Candidate[] {
  return listOf(parent['plugins'])
    .filter(({ name, enabled }) => name === 'modi-verify' && enabled !== false)
    .map(({ instance_name: instance, config }) => ({ instance: textOf(instance), routes, scope, config }));
}

const configError = (place: string, en: string, it: string) =>
  new CliError('CLI_CONFIG', { en: `${place}: ${en}`, it: `${place}: ${it}` });
