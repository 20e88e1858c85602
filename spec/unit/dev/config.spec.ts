import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  GatewayConfigError,
  loadConfig,
  pluginNamesIn,
  type GatewayConfig,
  type PluginKind,
} from '../../../plugins/dev/config';
import { BUNDLED_PLUGINS } from '../../../plugins/dev/bundled';
import { nearest } from '../../../plugins/core/text';

const catalogue = new Map<string, PluginKind>([
  ...BUNDLED_PLUGINS,
  [
    'probe',
    { fields: [{ label: { type: 'string' as const } }, { size: { type: 'integer' as const, default: 1 } }] },
  ] as const,
]);

const load = (text: string): GatewayConfig => loadConfig({ text, name: 'kong.yml' }, catalogue);

function faults(text: string): string[] {
  try {
    load(text);
  } catch (error) {
    if (error instanceof GatewayConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

const HEAD = '_format_version: "3.0"\n';

describe('a kong.yml', () => {
  it("is read with nesting, references by name and id, and Kong's defaults", () => {
    const config = load(
      `${HEAD}
_transform: true
_comment: a comment
services:
  - name: people
    url: https://people.example:8443/base
    tags: [a]
    routes:
      - name: people-v1
        paths: [/people]
        plugins:
          - name: probe
            config: { label: nested }
  - { name: plain, host: plain.internal }
routes:
  - { name: top, hosts: ["*.ente.it"], service: plain }
  - { name: by-id, methods: [GET], service: { id: 1f4e4ccd-3ba6-4b4c-8d1b-2d4e1f3ca111 } }
  - { name: by-record, methods: [PUT], service: { name: people } }
consumers:
  - username: comune
    custom_id: c-1
    acls: [{ group: modi }]
    plugins: [{ name: rate-limiting, config: { minute: 3 } }]
acls:
  - { consumer: comune, group: other }
upstreams:
  - name: pool
    targets: [{ target: "10.0.0.1:81", weight: 5 }]
targets:
  - { upstream: pool, target: "10.0.0.2" }
plugins:
  - { name: acl, route: top, config: { allow: [modi] } }
  - { name: file-log, service: people, enabled: false, config: { path: /dev/null } }
`.replace('host: plain.internal', 'host: plain.internal, id: 1f4e4ccd-3ba6-4b4c-8d1b-2d4e1f3ca111'),
    );
    const [people, plain] = config.services;
    expect(people).toMatchObject({ protocol: 'https', host: 'people.example', port: 8443, path: '/base', retries: 5 });
    expect(plain).toMatchObject({ protocol: 'http', port: 80, read_timeout: 60000 });
    expect(config.routes.map(({ name, service }) => [name, service?.name])).toEqual([
      ['people-v1', 'people'],
      ['top', 'plain'],
      ['by-id', 'plain'],
      ['by-record', 'people'],
    ]);
    expect(config.consumers[0]).toMatchObject({ username: 'comune', groups: ['modi', 'other'] });
    expect(config.upstreams[0]?.targets).toEqual([
      { host: '10.0.0.1', port: 81, weight: 5 },
      { host: '10.0.0.2', port: 8000, weight: 100 },
    ]);
    expect(config.plugins.map(({ name, enabled, config: { label } }) => [name, enabled, label])).toEqual([
      ['probe', true, 'nested'],
      ['rate-limiting', true, undefined],
      ['acl', true, undefined],
      ['file-log', false, undefined],
    ]);
    expect(config.plugins[0]?.config).toEqual({ label: 'nested', size: 1 });
    expect(config.plugins[0]?.route?.name).toBe('people-v1');
  });

  it('gives entities the ids that Kong gives them', () => {
    // UUID version 5 of the name, below version 5 of "services", below Kong's own namespace.
    expect(load(`${HEAD}services: [{ name: sample, host: h }]`).services[0]?.id).toBe(
      '664b112a-d659-5b5f-b2b8-eaa21a643753',
    );
  });

  it('of an old format has its regex paths migrated', () => {
    const paths = (version: string) =>
      load(`_format_version: "${version}"\nroutes: [{ paths: ["/a", "/b\\\\d+"] }]`).routes[0]?.paths;
    expect(paths('1.1')).toEqual(['/a', '~/b\\d+']);
    expect(paths('2.1')).toEqual(['/a', '~/b\\d+']);
    expect(faults(`${HEAD}routes: [{ paths: ["/b\\\\d+"] }]`)[0]).toContain('a regex path starts with ~');
  });

  it('keeps text as bytes, and tells it as text', () => {
    const config = load(`${HEAD}consumers: [{ username: "Città" }]`);
    expect(Buffer.from(config.consumers[0]?.username ?? '', 'latin1').toString('utf8')).toBe('Città');
    expect(faults(`${HEAD}plugins: [{ name: "città" }]`)[0]).toContain('plugin città needs Kong');
  });

  it('leaves routes of a disabled service out, and warns of what has no effect', () => {
    const config = load(`${HEAD}services: [{ name: s, host: h, enabled: false, routes: [{ paths: [/] }] }]
certificates: [{ cert: x, key: y }]`);
    expect(config.routes).toEqual([]);
    expect(config.warnings).toEqual([expect.stringContaining('certificates')]);
  });

  it('may use anchors and merge keys', () => {
    const config = load(`${HEAD}
services:
  - &s { name: a, host: h }
  - { <<: *s, name: b }
`);
    expect(config.services.map(({ name, host }) => [name, host])).toEqual([
      ['a', 'h'],
      ['b', 'h'],
    ]);
  });

  it('names its plugins before anything is validated', () => {
    expect(
      pluginNamesIn({
        name: 'k',
        text: `${HEAD}routes: [{ plugins: [{ name: a }] }]\nplugins: [{ name: b }, { nam: c }]`,
      }),
    ).toEqual(['a', 'b']);
  });
});

describe('a bad kong.yml is told by file, line, column and field', () => {
  it.each([
    ['services: [{ nme: a, host: h }]', 'kong.yml:2:14: services[1].nme: unknown field (did you mean "name"?)'],
    [
      'services:\n  - host: h\n    protcol: http',
      'kong.yml:4:5: services[1].protcol: unknown field (did you mean "protocol"?)',
    ],
    ['services: [{ name: a }]', 'kong.yml:2:12: services[1].host: required field missing'],
    ['services: [{ host: h, port: x }]', 'kong.yml:2:29: services[1].port: expected an integer'],
    ['services: [{ host: h, port: 99999 }]', 'kong.yml:2:29: services[1].port: value should be between 0 and 65535'],
    [
      'services: [{ url: "not a url" }]',
      'kong.yml:2:19: services[1].url: expected a URL such as http://service.example:8080/path',
    ],
    ['service: []', 'kong.yml:2:1: service: unknown field (did you mean "services"?)'],
    ['vaults: []', 'kong.yml:2:1: vaults: needs Kong: the embedded gateway has no such entity'],
    ['routes: [{ name: r }]', 'kong.yml:2:10: routes[1]: must set one of methods, hosts, headers, paths, snis'],
    ['routes: [{ paths: [people] }]', 'kong.yml:2:20: routes[1].paths[1]: should start with: / (prefix) or ~/ (regex)'],
    [
      'routes: [{ paths: ["~/("] }]',
      'kong.yml:2:20: routes[1].paths[1]: invalid regex: Invalid regular expression: /^/(/: Unterminated group',
    ],
    [
      'routes: [{ paths: [/], service: peple }]\nservices: [{ name: people, host: h }]',
      'kong.yml:2:33: routes[1].service: no such entry in services: peple (did you mean "people"?)',
    ],
    [
      'routes: [{ paths: [/], protocols: [tcp] }]',
      'kong.yml:2:36: routes[1].protocols[1]: expected one of: http, https',
    ],
    [
      'routes: [{ hosts: ["a.*.it"] }]',
      'kong.yml:2:20: routes[1].hosts[1]: wildcard must be leftmost or rightmost label',
    ],
    [
      'consumers: [{ tags: [a] }]',
      'kong.yml:2:13: consumers[1]: at least one of these fields must be non-empty: custom_id, username',
    ],
    [
      'consumers: [{ username: a, keyauth_credentials: [] }]',
      'kong.yml:2:28: consumers[1].keyauth_credentials: needs Kong: the embedded gateway has no such entity',
    ],
    [
      'upstreams: [{ name: u, algorithm: latency }]',
      'kong.yml:2:35: upstreams[1].algorithm: this gateway balances round-robin only; other algorithms need Kong',
    ],
    ['targets: [{ target: "a:1" }]', 'kong.yml:2:11: targets[1].upstream: required field missing'],
    [
      'plugins: [{ name: jwt }]',
      'kong.yml:2:19: plugins[1].name: plugin jwt needs Kong: the embedded gateway does not have it',
    ],
    [
      'plugins: [{ name: prob }]',
      'kong.yml:2:19: plugins[1].name: plugin prob needs Kong: the embedded gateway does not have it (did you mean "probe"?)',
    ],
    [
      'plugins:\n  - name: probe\n    config:\n      lable: x',
      'kong.yml:5:7: plugins[1].config.lable: unknown field (did you mean "label"?)',
    ],
    [
      'plugins: [{ name: acl }]',
      'kong.yml:2:11: plugins[1].config: exactly one of these fields must be non-empty: allow, deny',
    ],
    [
      'plugins: [{ name: acl, config: { allow: [a], deny: [b] } }]',
      'kong.yml:2:32: plugins[1].config: exactly one of these fields must be non-empty: allow, deny',
    ],
    [
      'plugins: [{ name: probe }, { name: probe }]',
      'kong.yml:2:28: plugins[2]: probe is configured twice at the same scope',
    ],
    [
      'plugins: [{ name: rate-limiting, config: { minute: 5, hour: 1 } }]',
      'kong.yml:2:61: plugins[1].config.hour: the limit for hour cannot be lower than the limit for minute',
    ],
    [
      'plugins: [{ name: rate-limiting, config: { policy: redis, minute: 1 } }]',
      'kong.yml:2:52: plugins[1].config.policy: this gateway counts locally only; other policies need Kong',
    ],
    [
      'plugins: [{ name: rate-limiting, config: { minute: 1, limit_by: header } }]',
      'plugins[1].config.header_name: required field missing: limit_by is header',
    ],
    [
      'plugins: [{ name: file-log, config: { path: "a*b" } }]',
      'kong.yml:2:45: plugins[1].config.path: not a valid filename',
    ],
    [
      'plugins: [{ name: file-log, config: { path: a, custom_fields_by_lua: { a: b } } }]',
      'needs Kong: the embedded gateway runs no Lua',
    ],
    [
      'plugins: [{ name: request-termination, config: { message: a, body: b } }]',
      'plugins[1].config.message: message cannot be used with content_type or body',
    ],
    [
      'plugins: [{ name: http-log, config: { http_endpoint: nowhere } }]',
      'plugins[1].config.http_endpoint: missing host or scheme in url',
    ],
    ['services: {}', 'kong.yml:2:11: services: expected an array'],
    ['services: [x]', 'kong.yml:2:12: services[1]: expected a record'],
    [
      'services: [{ name: a, host: h }, { name: a, host: h }]',
      'services[2].id: another entry of services has the same id or name',
    ],
    [
      'services: [{ name: a, host: h, routes: [{ paths: [/], service: a }] }]',
      'services[1].routes[1].service: is already given by the nesting',
    ],
  ])('%s', (text, expected) => {
    expect(faults(HEAD + text).join('\n')).toContain(expected);
  });

  it('all of them at once', () => {
    expect(
      faults(`${HEAD}services: [{ nme: a }]\nplugins: [{ name: jwt }, { name: acl, config: { alow: [x] } }]`),
    ).toHaveLength(4);
  });

  it('also what YAML itself cannot read', () => {
    expect(faults('services:\n  - {')[0]).toMatch(/^kong\.yml:\d+:\d+: /);
    expect(faults('a: 1\na: 2')[0]).toContain('kong.yml:2:1');
    expect(faults('')[0]).toContain('_format_version');
    expect(faults('_format_version: "9.9"')[0]).toContain('expected one of: 3.0, 2.1, 1.1');
    expect(faults('- 1')[0]).toContain('expected a record');
  });

  it('and never by another exception, whatever the text', () => {
    const name = fc.constantFrom(
      'services',
      'routes',
      'plugins',
      'name',
      'host',
      'paths',
      'config',
      'acl',
      '_format_version',
      '__proto__',
      'constructor',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue(),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(name, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(name, tree), (content) => {
        expect(() => faults(JSON.stringify(content))).not.toThrow();
      }),
    );
  });
});

describe('nearest', () => {
  it('finds what was meant, and nothing far away', () => {
    expect(nearest('pattern', ['audience', 'patterns'])).toBe('patterns');
    expect(nearest('max_aeg', ['max_age', 'max_lifetime'])).toBe('max_age');
    expect(nearest('zzz', ['audience', 'patterns'])).toBeUndefined();
  });

  it('finds every name again after one edit', () => {
    const names = ['audience', 'patterns', 'clock_skew', 'max_age'];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat({ max: 5 }), (name, at) => {
        expect(nearest(name.slice(0, at) + name.slice(at + 1), names)).toBe(name);
        expect(nearest(`${name.slice(0, at)}x${name.slice(at)}`, names)).toBe(name);
      }),
    );
  });
});
