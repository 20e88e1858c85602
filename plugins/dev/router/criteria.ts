import type { Route } from '../config';

/** What the router looks at. `headers` finds the values of a lower-case header name. */
export interface Routable {
  readonly method: string;
  readonly host: string;
  readonly port: number;
  /** Normalized. */
  readonly path: string;
  readonly scheme: 'http' | 'https';
  readonly sni: string | undefined;
  headers(name: string): readonly string[];
}

type Criterion = (request: Routable) => boolean;

/** Everything but the path that a request must fulfil to be this route's. */
export function compileCriteria(route: Route): Criterion {
  const criteria: Criterion[] = [];
  if (filled(route.methods)) {
    const methods = new Set(route.methods);
    criteria.push(({ method }) => methods.has(method));
  }
  if (filled(route.hosts)) criteria.push(anyHost(route.hosts));
  if (filled(route.snis)) criteria.push(anySni(route.snis));
  for (const [name, values] of Object.entries(route.headers ?? {})) criteria.push(headerIs(name, values));
  return (request) => criteria.every((criterion) => criterion(request));
}

export const filled = <T>(list: readonly T[] | null): list is readonly T[] => list !== null && list.length > 0;

function anyHost(hosts: readonly string[]): Criterion {
  const tests = hosts.map((written) => {
    const [, host = written, port] = /^(.*?)(?::(\d+))?$/.exec(written) ?? [];
    const matches = wildcard(host.toLowerCase());
    return (request: Routable) => matches(request.host) && (port === undefined || Number(port) === request.port);
  });
  return (request) => tests.some((test) => test(request));
}

/** SNI counts only on https; a plain request is not held against a route that also takes http. */
function anySni(snis: readonly string[]): Criterion {
  const tests = snis.map((sni) => wildcard(sni.toLowerCase().replace(/\.$/, '')));
  return ({ scheme, sni }) =>
    scheme !== 'https' || (sni !== undefined && tests.some((test) => test(sni.toLowerCase())));
}

function wildcard(pattern: string): (name: string) => boolean {
  if (pattern.startsWith('*')) {
    const end = pattern.slice(1);
    return (name) => name.endsWith(end) && name.length > end.length;
  }
  if (pattern.endsWith('*')) {
    const start = pattern.slice(0, -1);
    return (name) => name.startsWith(start) && name.length > start.length;
  }
  return (name) => name === pattern;
}

/** Any value of the header equals any of the wanted ones, without regard to case; `~*` starts a regex. */
function headerIs(name: string, wanted: readonly string[]): Criterion {
  const key = name.toLowerCase().replaceAll('_', '-');
  const tests = wanted.map((value) => {
    const lower = value.toLowerCase();
    if (!lower.startsWith('~*')) return (found: string) => found === lower;
    const regex = new RegExp(lower.slice(2));
    return (found: string) => regex.test(found);
  });
  return (request) => request.headers(key).some((value) => tests.some((test) => test(value.toLowerCase())));
}
