import type { Route } from '../config';
import { compileCriteria, filled, type Routable } from './criteria';
import { upstreamPath } from './upstream-path';

export type { Routable } from './criteria';
export { escapePath, normalizePath } from './normalize';

/** The route of a request, and what the match says about the way to the service. */
export interface RouteMatch {
  readonly route: Route;
  /** The matched prefix, for X-Forwarded-Prefix; undefined when no path was matched or it is not stripped. */
  readonly prefix: string | undefined;
  /** The path toward the service, normalized, not yet escaped. */
  readonly upstreamPath: string;
  /** Groups of a regex path, by place and by name. */
  readonly captures: { readonly unnamed: readonly string[]; readonly named: Readonly<Record<string, string>> };
}

interface Entry {
  readonly route: Route;
  readonly priority: readonly number[];
  readonly fulfils: (request: Routable) => boolean;
  readonly matchPath: (path: string) => PathMatch | undefined;
}

interface PathMatch {
  readonly length: number;
  readonly unnamed: readonly string[];
  readonly named: Readonly<Record<string, string>>;
}

/**
 * Finds the route of a request in the order of Kong's `traditional_compatible` router: more kinds of criteria first,
 * then exact hosts before wildcards, more headers, regex paths before prefixes and by regex_priority, longer
 * prefixes, and at last the order of the file.
 */
export class Router {
  private readonly entries: readonly Entry[];

  constructor(routes: readonly Route[]) {
    this.entries = routes.flatMap(entriesOf).sort(byPriority);
  }

  match(request: Routable): RouteMatch | undefined {
    for (const entry of this.entries) {
      const path = entry.matchPath(request.path);
      if (path !== undefined && entry.fulfils(request)) return toMatch(entry.route, request.path, path);
    }
    return undefined;
  }
}

/** A route counts once for each of its paths, as if it were several routes. */
function entriesOf(route: Route): Entry[] {
  const fulfils = compileCriteria(route);
  const paths = filled(route.paths) ? route.paths : [undefined];
  return paths.map((path) => ({ route, fulfils, priority: priorityOf(route, path), matchPath: compilePath(path) }));
}

/** Compared from left to right, the greater first. */
function priorityOf(route: Route, path: string | undefined): readonly number[] {
  const headers = Object.keys(route.headers ?? {}).length;
  const kinds = [filled(route.methods), filled(route.hosts), headers > 0, filled(route.snis), path !== undefined];
  const plainHosts = filled(route.hosts) && !route.hosts.some((host) => host.includes('*'));
  const regex = path?.startsWith('~') === true;
  return [
    kinds.filter(Boolean).length,
    plainHosts ? 1 : 0,
    headers,
    regex ? 1 : 0,
    regex ? route.regex_priority : 0,
    regex ? 0 : (path?.length ?? 0),
  ];
}

function byPriority(a: Entry, b: Entry): number {
  for (const [index, value] of a.priority.entries()) {
    const difference = (b.priority[index] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return 0;
}

function compilePath(path: string | undefined): Entry['matchPath'] {
  if (path === undefined) return () => ({ length: 0, unnamed: [], named: {} });
  if (!path.startsWith('~')) {
    const found: PathMatch = { length: path.length, unnamed: [], named: {} };
    return (requested) => (requested.startsWith(path) ? found : undefined);
  }
  const regex = new RegExp(`^(?:${path.slice(1).replaceAll('?P<', '?<')})`);
  return (requested) => {
    const found = regex.exec(requested);
    if (found === null) return undefined;
    return { length: found[0].length, unnamed: found.slice(1).map((group) => group), named: { ...found.groups } };
  };
}

function toMatch(route: Route, path: string, found: PathMatch): RouteMatch {
  const strip = route.strip_path && found.length > 0;
  const rest = strip ? withoutDots(path.slice(found.length)) : path;
  return {
    route,
    prefix: strip ? path.slice(0, found.length) : undefined,
    upstreamPath: upstreamPath({ base: route.service?.path ?? '/', requestPath: path, rest, strip: route.strip_path }),
    captures: { unnamed: found.unnamed, named: found.named },
  };
}

/** A prefix that ends within a segment must not leave a dot segment at the front of the rest. */
const withoutDots = (rest: string): string => (/^\.{1,2}$/.test(rest) ? '' : rest.replace(/^\.{1,2}\//, ''));
