import { isRecord, textsAt, valueAt, type Plugin, type RunningRoute } from './entities';
import type { CheckedFile } from './file';
import type { Path } from './types';

/** What rules ask of a file. */

/** A route on which a plugin runs. */
export interface Pair {
  readonly route: RunningRoute;
  readonly plugin: Plugin;
}

/** Every route on which a plugin runs, with that plugin. */
export const routesWith = ({ routes }: CheckedFile, name: string): readonly Pair[] =>
  routes.flatMap((route) => {
    const plugin = route.plugins.get(name);
    return plugin === undefined ? [] : [{ route, plugin }];
  });

export const verifiedRoutes = (file: CheckedFile): readonly Pair[] => routesWith(file, 'modi-verify');
export const signedRoutes = (file: CheckedFile): readonly Pair[] => routesWith(file, 'modi-sign');

/** Routes on which any plugin of the pack runs, each once, with one of them. */
export const modiRoutes = ({ routes }: CheckedFile): readonly Pair[] =>
  routes.flatMap((route) => {
    const plugin = [...route.plugins.values()].find(({ ofPack }) => ofPack);
    return plugin === undefined ? [] : [{ route, plugin }];
  });

/** Enabled plugins of one name, wherever they stand. */
export const pluginsNamed = ({ plugins }: CheckedFile, name: string): readonly Plugin[] =>
  plugins.filter((plugin) => plugin.name === name && plugin.enabled);

/** Each plugin of a list of pairs once. */
export const distinct = (pairs: readonly Pair[]): readonly Plugin[] => [...new Set(pairs.map(({ plugin }) => plugin))];

export const hasIntegrity = ({ config }: Plugin): boolean =>
  textsAt(config, 'patterns').some((pattern) => pattern.startsWith('INTEGRITY'));

/** Where a field of a plugin stands, or would stand. */
export const configPath = ({ path }: Plugin, field = ''): Path => [
  ...path,
  'config',
  ...(field === '' ? [] : field.split('.')),
];

/** What people call a route. */
export const routeName = ({ name, path }: RunningRoute): string => name ?? `routes[${Number(path.at(-1) ?? 0) + 1}]`;

const LOOPBACK = /^http:\/\/(localhost|127\.[\d.]+|\[::1\])([:/]|$)/;

/** For trying on one machine: all its audiences lead to this machine. */
export const isForTrying = ({ config }: Plugin): boolean => {
  const audiences = textsAt(config, 'audience');
  return audiences.length > 0 && audiences.every((one) => LOOPBACK.test(one));
};

/** The plugin of Kong that keeps the door shut when modi-verify did not run. */
export function gateOf({ plugins }: RunningRoute): Plugin | undefined {
  const acl = plugins.get('acl');
  if (acl !== undefined) return acl;
  const post = plugins.get('post-function');
  return post !== undefined && isGateInLua(post) ? post : undefined;
}

/** A post-function that reads what modi-verify leaves behind, and ends requests. */
const isGateInLua = ({ config }: Plugin): boolean => {
  const code = textsAt(config, 'access').join('\n');
  return /ctx\.shared/.test(code) && /\bmodi\b|authenticated_groups/.test(code) && /response\.(exit|error)/.test(code);
};

/** Groups that modi-verify gives to a verified request; a name may end in a placeholder, filled at the request. */
export function groupsGiven({ config }: Plugin): readonly string[] {
  const callers = valueAt(config, 'identity.callers');
  const ofCallers = Array.isArray(callers)
    ? callers.filter(isRecord).flatMap((caller) => textsAt(caller, 'groups'))
    : [];
  return [...textsAt(config, 'groups'), ...ofCallers];
}

/** Whether some request could be given this group. */
export const canGive = (given: readonly string[], group: string): boolean =>
  given.some((name) => name === group || (name.includes('{') && group.startsWith(name.slice(0, name.indexOf('{')))));

/** A number of a configuration; undefined when it is not set. */
export function numberAt(plugin: Plugin, field: string): number | undefined {
  const value = valueAt(plugin.config, field);
  return typeof value === 'number' ? value : undefined;
}
