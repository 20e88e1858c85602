import type { FieldSchema, NamedField } from '../schema';

/** The entities of a kong.yml in Kong's schema language, as of Kong 3.9, http and https only. */

const TIMEOUT: FieldSchema = { type: 'integer', default: 60000, between: [1, 2147483646] };
const ID: FieldSchema = { type: 'string', uuid: true };
const TAGS: FieldSchema = { type: 'set', elements: { type: 'string' } };
const STRINGS: FieldSchema = { type: 'array', elements: { type: 'string' } };
const NAME: FieldSchema = {
  type: 'string',
  match: '^[%w%.%-%_~\x80-\xf4]+$',
  err: 'must only contain letters, digits and the characters . - _ ~',
};
const HEADER_NAME: FieldSchema = {
  type: 'string',
  match: '^[%w%-%_]+$',
  err: 'bad header name, allowed characters are A-Z, a-z, 0-9, _ and -',
};

/** Members of every entity: Kong sets the times itself when they are left out. */
const COMMON: readonly NamedField[] = [
  { id: ID },
  { created_at: { type: 'integer', timestamp: true } },
  { updated_at: { type: 'integer', timestamp: true } },
  { tags: TAGS },
];

export const SERVICE_FIELDS: readonly NamedField[] = [
  ...COMMON,
  { name: NAME },
  { retries: { type: 'integer', default: 5, between: [0, 32767] } },
  { protocol: { type: 'string', default: 'http', required: true, one_of: ['http', 'https'] } },
  { host: { type: 'string', required: true, check: checkHost } },
  { port: { type: 'integer', default: 80, required: true, between: [0, 65535] } },
  { path: { type: 'string', check: checkPath } },
  { connect_timeout: TIMEOUT },
  { write_timeout: TIMEOUT },
  { read_timeout: TIMEOUT },
  { client_certificate: { type: 'foreign', reference: 'certificates' } },
  { tls_verify: { type: 'boolean' } },
  { tls_verify_depth: { type: 'integer', between: [0, 64] } },
  { ca_certificates: STRINGS },
  { enabled: { type: 'boolean', default: true, required: true } },
];

export const ROUTE_FIELDS: readonly NamedField[] = [
  ...COMMON,
  { name: NAME },
  {
    protocols: {
      type: 'set',
      len_min: 1,
      required: true,
      default: ['http', 'https'],
      elements: { type: 'string', one_of: ['http', 'https'] },
    },
  },
  {
    https_redirect_status_code: {
      type: 'integer',
      default: 426,
      required: true,
      one_of: [426, 301, 302, 307, 308],
    },
  },
  { strip_path: { type: 'boolean', default: true, required: true } },
  { preserve_host: { type: 'boolean', default: false, required: true } },
  { request_buffering: { type: 'boolean', default: true, required: true } },
  { response_buffering: { type: 'boolean', default: true, required: true } },
  { service: { type: 'foreign', reference: 'services' } },
  { snis: { type: 'set', elements: { type: 'string' } } },
  { methods: { type: 'set', elements: { type: 'string', match: '^%u+$' } } },
  { hosts: { type: 'array', elements: { type: 'string', check: checkRouteHost } } },
  { paths: { type: 'array', elements: { type: 'string', check: checkRoutePath } } },
  {
    headers: {
      type: 'map',
      keys: { ...HEADER_NAME, match_none: [{ pattern: '^[Hh][Oo][Ss][Tt]$', err: 'use hosts instead of host' }] },
      values: { type: 'array', elements: { type: 'string' } },
    },
  },
  { regex_priority: { type: 'integer', default: 0 } },
  { path_handling: { type: 'string', default: 'v0', one_of: ['v0', 'v1'] } },
];

export const CONSUMER_FIELDS: readonly NamedField[] = [
  ...COMMON,
  { username: { type: 'string' } },
  { custom_id: { type: 'string' } },
];

export const UPSTREAM_FIELDS: readonly NamedField[] = [
  ...COMMON,
  { name: { type: 'string', required: true, check: checkHost } },
  {
    algorithm: {
      type: 'string',
      default: 'round-robin',
      one_of: ['round-robin'],
      err: 'this gateway balances round-robin only; other algorithms need Kong',
    },
  },
  { hash_on: { type: 'string', default: 'none', one_of: ['none'] } },
  { hash_fallback: { type: 'string', default: 'none', one_of: ['none'] } },
  { slots: { type: 'integer', default: 10000, between: [10, 65536] } },
  { healthchecks: { type: 'map', keys: { type: 'string' } } },
  { host_header: { type: 'string', check: checkRouteHost } },
  { client_certificate: { type: 'foreign', reference: 'certificates' } },
  { use_srv_name: { type: 'boolean', default: false } },
];

export const TARGET_FIELDS: readonly NamedField[] = [
  { id: ID },
  { created_at: { type: 'number', timestamp: true } },
  { updated_at: { type: 'number', timestamp: true } },
  { tags: TAGS },
  { upstream: { type: 'foreign', reference: 'upstreams', required: true } },
  { target: { type: 'string', required: true, check: checkTarget } },
  { weight: { type: 'integer', default: 100, between: [0, 65535] } },
];

export const ACL_FIELDS: readonly NamedField[] = [
  { id: ID },
  { created_at: { type: 'integer', timestamp: true } },
  { tags: TAGS },
  { consumer: { type: 'foreign', reference: 'consumers', required: true } },
  { group: { type: 'string', required: true } },
];

/** The fields of a plugin entry around its `config`. */
export const PLUGIN_FIELDS: readonly NamedField[] = [
  ...COMMON,
  { name: { type: 'string', required: true } },
  { instance_name: NAME },
  { route: { type: 'foreign', reference: 'routes' } },
  { service: { type: 'foreign', reference: 'services' } },
  { consumer: { type: 'foreign', reference: 'consumers' } },
  { config: { type: 'map', keys: { type: 'string' } } },
  {
    protocols: {
      type: 'set',
      default: ['grpc', 'grpcs', 'http', 'https'],
      elements: { type: 'string', one_of: ['grpc', 'grpcs', 'http', 'https', 'tcp', 'tls', 'udp'] },
    },
  },
  { enabled: { type: 'boolean', default: true, required: true } },
];

const HOST_NAME = /^(?:[0-9A-Za-z_](?:[0-9A-Za-z_-]*[0-9A-Za-z_])?\.?)+$|^\[?[0-9A-Fa-f:.]+\]?$/;

function checkHost(value: unknown): string | undefined {
  return HOST_NAME.test(String(value)) ? undefined : `invalid value: ${String(value)}`;
}

function checkTarget(value: unknown): string | undefined {
  const host = String(value).replace(/:\d{1,5}$/, '');
  return HOST_NAME.test(host) ? undefined : 'not a valid hostname or ip address, with an optional port';
}

function checkRouteHost(value: unknown): string | undefined {
  const host = String(value).replace(/:\d{1,5}$/, '');
  const stars = host.split('*').length - 1;
  if (stars > 1) return 'only one wildcard must be specified';
  if (stars === 1 && !host.startsWith('*.') && !host.endsWith('.*')) {
    return 'wildcard must be leftmost or rightmost label';
  }
  return HOST_NAME.test(host.replace('*', 'wildcard')) ? undefined : `invalid hostname: ${String(value)}`;
}

function checkPath(value: unknown): string | undefined {
  const path = String(value);
  if (!path.startsWith('/')) return 'should start with: /';
  if (path.includes('//')) return 'must not have empty segments';
  if (/%(?![0-9A-Fa-f]{2})/.test(path)) return 'invalid url-encoded value';
  return /^[\w.\-~/%:@!$&'()*+,;=]*$/.test(path) ? undefined : `invalid path: ${path} (characters outside RFC 3986)`;
}

function checkRoutePath(value: unknown): string | undefined {
  const path = String(value);
  if (!path.startsWith('~'))
    return path.startsWith('/') ? checkPlainRoutePath(path) : 'should start with: / (prefix) or ~/ (regex)';
  if (!path.startsWith('~/')) return 'should start with: / (fixed path) or ~/ (regex path)';
  try {
    new RegExp(`^${path.slice(1)}`);
    return undefined;
  } catch (error) {
    return `invalid regex: ${(error as Error).message}`;
  }
}

function checkPlainRoutePath(path: string): string | undefined {
  if (path.includes('//')) return 'must not have empty segments';
  return /[\\[\]{}^|<>"\s]/.test(path) ? `invalid path: ${path}; a regex path starts with ~` : undefined;
}
