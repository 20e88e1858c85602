import type { Path, Report } from '../schema';

/** The kinds of entity that this gateway runs, in the order in which they refer to one another. */
export type Kind = 'services' | 'upstreams' | 'targets' | 'consumers' | 'acls' | 'routes' | 'plugins';

/** An entity as written, with its place and what it belongs to by nesting. */
export interface RawEntity {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly path: Path;
  readonly parents: Readonly<Record<string, RawEntity>>;
}

export type Collected = Record<Kind, RawEntity[]>;

/** Kind of parent to the kinds that may be written inside it, and the reference that nesting stands for. */
const NESTED: Readonly<Partial<Record<Kind, { reference: string; kinds: readonly Kind[] }>>> = {
  services: { reference: 'service', kinds: ['routes', 'plugins'] },
  routes: { reference: 'route', kinds: ['plugins'] },
  consumers: { reference: 'consumer', kinds: ['plugins', 'acls'] },
  upstreams: { reference: 'upstream', kinds: ['targets'] },
};

const KINDS: readonly Kind[] = ['services', 'upstreams', 'targets', 'consumers', 'acls', 'routes', 'plugins'];
const FORMAT = ['_format_version', '_transform', '_comment', '_ignore', '_info', '_workspace'];
/** Entities that change nothing for a gateway whose listeners bring their own certificate. */
const WITHOUT_EFFECT = ['certificates', 'snis', 'ca_certificates'];
/** Kong's other entities; naming one would be a promise this gateway cannot keep. */
const NEEDS_KONG = [
  'consumer_groups',
  'consumer_group_consumers',
  'consumer_group_plugins',
  'vaults',
  'keys',
  'key_sets',
  'filter_chains',
  'partials',
  'event_hooks',
  'licenses',
  'workspaces',
  'plugin_configs',
  '_plugin_configs',
  'basicauth_credentials',
  'hmacauth_credentials',
  'jwt_secrets',
  'keyauth_credentials',
  'mtls_auth_credentials',
  'oauth2_credentials',
  'oauth2_tokens',
];

/** Takes the document apart into flat lists of entities. What this gateway cannot run is reported by name. */
export function collectEntities(content: unknown, report: Report): { entities: Collected; warnings: string[] } {
  const entities: Collected = {
    services: [],
    upstreams: [],
    targets: [],
    consumers: [],
    acls: [],
    routes: [],
    plugins: [],
  };
  const warnings: string[] = [];
  if (!isObject(content)) {
    report([], 'expected a record with _format_version');
    return { entities, warnings };
  }
  checkFormatVersion(content['_format_version'], report);
  for (const [member, value] of Object.entries(content)) {
    if (FORMAT.includes(member)) continue;
    if (WITHOUT_EFFECT.includes(member))
      warnings.push(`${member} have no effect in this gateway: listeners bring their own certificate`);
    else if (isKind(member)) collectList(member, value, [member], {}, entities, report);
    else if (NEEDS_KONG.includes(member)) report([member], 'needs Kong: the embedded gateway has no such entity');
    else report([member], 'unknown field', [...KINDS, ...FORMAT, ...WITHOUT_EFFECT, ...NEEDS_KONG]);
  }
  return { entities, warnings };
}

function checkFormatVersion(version: unknown, report: Report): void {
  if (version === undefined) report([], 'required field missing: _format_version (write _format_version: "3.0")');
  else if (!['3.0', '2.1', '1.1', 3, 2.1, 1.1].includes(version as string)) {
    report(['_format_version'], 'expected one of: 3.0, 2.1, 1.1');
  }
}

function collectList(
  kind: Kind,
  list: unknown,
  path: Path,
  parents: Readonly<Record<string, RawEntity>>,
  entities: Collected,
  report: Report,
): void {
  if (list === null || list === undefined) return;
  if (!Array.isArray(list)) {
    report(path, 'expected an array');
    return;
  }
  for (const [index, item] of (list as unknown[]).entries()) {
    if (isObject(item)) collectOne(kind, item, [...path, index], parents, entities, report);
    else report([...path, index], 'expected a record');
  }
}

function collectOne(
  kind: Kind,
  item: Record<string, unknown>,
  path: Path,
  parents: Readonly<Record<string, RawEntity>>,
  entities: Collected,
  report: Report,
): void {
  const nested = NESTED[kind];
  const fields: Record<string, unknown> = {};
  const entity: RawEntity = { fields, path, parents };
  entities[kind].push(entity);
  for (const [member, value] of Object.entries(item)) {
    if (nested?.kinds.some((inner) => inner === member) === true) {
      collectList(member as Kind, value, [...path, member], { [nested.reference]: entity }, entities, report);
    } else if (NEEDS_KONG.includes(member)) {
      report([...path, member], 'needs Kong: the embedded gateway has no such entity');
    } else fields[member] = value;
  }
}

const isKind = (member: string): member is Kind => (KINDS as readonly string[]).includes(member);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
