import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Route } from '../../../plugins/dev/config';
import { escapePath, normalizePath, Router, type Routable } from '../../../plugins/dev/router';

let made = 0;
function route(fields: Partial<Route>): Route {
  made += 1;
  return {
    id: `id-${made}`,
    record: {},
    name: null,
    service: undefined,
    protocols: ['http', 'https'],
    methods: null,
    hosts: null,
    paths: null,
    headers: null,
    snis: null,
    regex_priority: 0,
    strip_path: true,
    preserve_host: false,
    https_redirect_status_code: 426,
    path_handling: 'v0',
    request_buffering: true,
    response_buffering: true,
    tags: null,
    ...fields,
  };
}

const request = (
  fields: Partial<Omit<Routable, 'headers'>> & { headers?: Record<string, string[]> } = {},
): Routable => {
  const { headers = {}, ...rest } = fields;
  return {
    method: 'GET',
    host: 'api.ente.it',
    port: 8000,
    path: '/',
    scheme: 'http',
    sni: undefined,
    ...rest,
    headers: (name) => headers[name] ?? [],
  };
};

const matched = (routes: Route[], asked: Routable): string | undefined =>
  new Router(routes).match(asked)?.route.name ?? undefined;

describe('what a route demands', () => {
  it('takes a path prefix, and nothing that only looks like it', () => {
    const routes = [route({ name: 'a', paths: ['/people'] })];
    expect(matched(routes, request({ path: '/people/1' }))).toBe('a');
    expect(matched(routes, request({ path: '/peopleware' }))).toBe('a');
    expect(matched(routes, request({ path: '/People' }))).toBeUndefined();
    expect(matched(routes, request({ path: '/x/people' }))).toBeUndefined();
  });

  it('takes a regex from the start of the path, with its groups', () => {
    const router = new Router([route({ name: 'r', paths: ['~/v(?<version>\\d+)/(\\w+)$'] })]);
    const match = router.match(request({ path: '/v12/people' }));
    expect(match?.captures).toEqual({ unnamed: ['12', 'people'], named: { version: '12' } });
    expect(router.match(request({ path: '/x/v12/people' }))).toBeUndefined();
    expect(router.match(request({ path: '/v12/people/1' }))).toBeUndefined();
  });

  it.each([
    ['api.ente.it', 'api.ente.it', true],
    ['API.ente.it', 'api.ente.it', true],
    ['*.ente.it', 'api.ente.it', true],
    ['*.ente.it', 'ente.it', false],
    ['*.ente.it', 'apiente.it', false],
    ['api.*', 'api.ente.it', true],
    ['api.*', 'apix.ente.it', false],
    ['api.ente.it:8000', 'api.ente.it', true],
    ['api.ente.it:8001', 'api.ente.it', false],
  ])('host %s for %s: %s', (pattern, host, expected) => {
    expect(matched([route({ name: 'h', hosts: [pattern] })], request({ host })) === 'h').toBe(expected);
  });

  it('takes methods and headers, any of the values, in any case', () => {
    const routes = [route({ name: 'm', methods: ['POST'], headers: { 'X-Version': ['v1', '~*^v2\\.'] } })];
    expect(matched(routes, request({ method: 'POST', headers: { 'x-version': ['V1'] } }))).toBe('m');
    expect(matched(routes, request({ method: 'POST', headers: { 'x-version': ['other', 'v2.3'] } }))).toBe('m');
    expect(matched(routes, request({ method: 'POST', headers: { 'x-version': ['v3'] } }))).toBeUndefined();
    expect(matched(routes, request({ method: 'GET', headers: { 'x-version': ['v1'] } }))).toBeUndefined();
  });

  it('looks at the server name on https only', () => {
    const routes = [route({ name: 's', paths: ['/'], snis: ['a.it', '*.b.it'] })];
    expect(matched(routes, request({ scheme: 'https', sni: 'x.b.it' }))).toBe('s');
    expect(matched(routes, request({ scheme: 'https', sni: 'c.it' }))).toBeUndefined();
    expect(matched(routes, request({ scheme: 'https' }))).toBeUndefined();
    expect(matched(routes, request({ scheme: 'http' }))).toBe('s');
  });
});

describe('which route wins', () => {
  const order = (routes: Route[], asked: Routable): string | undefined => {
    const forward = matched(routes, asked);
    expect(matched([...routes].reverse(), asked)).toBe(forward);
    return forward;
  };

  it('more kinds of criteria, before longer paths', () => {
    const routes = [
      route({ name: 'long', paths: ['/a/b/c'] }),
      route({ name: 'two', paths: ['/a'], methods: ['GET'] }),
    ];
    expect(order(routes, request({ path: '/a/b/c' }))).toBe('two');
  });

  it('an exact host before a wildcard, and more headers before fewer', () => {
    const hosts = [route({ name: 'wild', hosts: ['*.ente.it'] }), route({ name: 'exact', hosts: ['api.ente.it'] })];
    expect(order(hosts, request())).toBe('exact');
    const headers = [
      route({ name: 'one', headers: { a: ['1'] } }),
      route({ name: 'two', headers: { a: ['1'], b: ['2'] } }),
    ];
    expect(order(headers, request({ headers: { a: ['1'], b: ['2'] } }))).toBe('two');
  });

  it('a regex before a prefix, the greater regex_priority, then the longer prefix', () => {
    const routes = [
      route({ name: 'prefix', paths: ['/very/long/prefix'] }),
      route({ name: 'low', paths: ['~/very/.*'], regex_priority: 1 }),
      route({ name: 'high', paths: ['~/very'], regex_priority: 2 }),
    ];
    expect(order(routes, request({ path: '/very/long/prefix' }))).toBe('high');
    const prefixes = [route({ name: 'short', paths: ['/a'] }), route({ name: 'long', paths: ['/a/b'] })];
    expect(order(prefixes, request({ path: '/a/b/c' }))).toBe('long');
  });

  it('counts each path of a route for itself', () => {
    const routes = [route({ name: 'both', paths: ['/a', '/x/y/z'] }), route({ name: 'other', paths: ['/x/y'] })];
    expect(order(routes, request({ path: '/x/y/z' }))).toBe('both');
    expect(order(routes, request({ path: '/x/y' }))).toBe('other');
  });

  it('the first of the file among equals', () => {
    const routes = [route({ name: 'first', paths: ['/a'] }), route({ name: 'second', paths: ['/a'] })];
    expect(matched(routes, request({ path: '/a' }))).toBe('first');
  });

  it('the longest matching prefix, whatever the set of routes', () => {
    const segment = fc.constantFrom('a', 'b', 'c');
    const path = fc.array(segment, { minLength: 0, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 1 }), path, (prefixes, asked) => {
        const routes = prefixes.map((prefix) => route({ name: prefix, paths: [prefix] }));
        const longest = prefixes.filter((prefix) => asked.startsWith(prefix)).sort((a, b) => b.length - a.length)[0];
        expect(matched(routes, request({ path: asked }))).toBe(longest);
      }),
    );
  });
});

describe('the path toward the service', () => {
  const service = (path: string | null) => ({ path }) as Route['service'];
  const upstream = (fields: Partial<Route>, asked: string) =>
    new Router([route(fields)]).match(request({ path: asked }))?.upstreamPath;

  // base, route path, strip_path, request, expected
  it.each([
    [null, '/s', true, '/s', '/'],
    [null, '/s', true, '/s/', '/'],
    [null, '/s', true, '/s/x', '/x'],
    [null, '/s', true, '/sx', '/x'],
    [null, '/s', false, '/s/x', '/s/x'],
    ['/b', '/s', true, '/s', '/b'],
    ['/b', '/s', true, '/s/', '/b/'],
    ['/b', '/s', true, '/s/x', '/b/x'],
    ['/b', '/s', false, '/s/x', '/b/s/x'],
    ['/b', '/', false, '/', '/b'],
    ['/b/', '/s', true, '/s', '/b'],
    ['/b/', '/s', true, '/s/x', '/b/x'],
    ['/b/', '/s', true, '/sx', '/b/x'],
    ['/b/', '/', false, '/x', '/b/x'],
    ['/b', '/s', true, '/s./x', '/b/x'],
    ['/b', '/s', true, '/s../x', '/b/x'],
    ['/b', '/s', true, '/s..', '/b'],
  ])('service %s, route %s, strip %s: %s becomes %s', (base, path, strip, asked, expected) => {
    expect(upstream({ service: service(base), paths: [path], strip_path: strip }, asked)).toBe(expected);
  });

  it('strips what a regex matched', () => {
    expect(upstream({ service: service('/b'), paths: ['~/v\\d+'] }, '/v12/x')).toBe('/b/x');
  });

  it('tells the stripped prefix, and none when nothing is stripped', () => {
    const match = (strip: boolean) =>
      new Router([route({ paths: ['/s'], strip_path: strip })]).match(request({ path: '/s/x' }));
    expect(match(true)?.prefix).toBe('/s');
    expect(match(false)?.prefix).toBeUndefined();
  });
});

describe('normalizePath', () => {
  it.each([
    ['/a/b', '/a/b'],
    ['//a///b', '/a/b'],
    ['/a/./b', '/a/b'],
    ['/a/../b', '/b'],
    ['/a/b/..', '/a/'],
    ['/a/.', '/a/'],
    ['/../../a', '/a'],
    ['/%61%2Db', '/a-b'],
    ['/a%2fb', '/a%2Fb'],
    ['/a/%2e%2e/b', '/b'],
    ['/a%20b', '/a b'],
    ['/%c3%a8', '/\u00c3\u00a8'],
  ])('%s is %s', (written, normal) => {
    expect(normalizePath(written)).toBe(normal);
  });

  it('never leaves a dot segment, an empty segment, or the root behind', () => {
    const piece = fc.constantFrom('a', '.', '..', '/', '//', '%2e', '%2F', '%41', 'x.y', '...');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const path = normalizePath(`/${pieces.join('')}`);
        expect(path.startsWith('/')).toBe(true);
        expect(path).not.toMatch(/\/\/|\/\.{1,2}(?:\/|$)/);
        expect(normalizePath(path)).toBe(path);
      }),
    );
  });

  it('escapes for the wire what it decoded, and nothing that was meant', () => {
    expect(escapePath(normalizePath('/a%20b/%C3%A8/%2f'))).toBe('/a%20b/%C3%A8/%2F');
    fc.assert(
      fc.property(fc.webPath(), (path) => {
        const sent = escapePath(normalizePath(`/${path}`));
        expect(sent).toMatch(/^[!-~]+$/);
        expect(normalizePath(sent)).toBe(normalizePath(`/${path}`));
      }),
      { numRuns: 25 },
    );
  });
});
