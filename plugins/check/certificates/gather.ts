import { resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ConfigError, readConfig } from '../../core/schema';
import type { OcspConfig } from '../../core/revocation';
import { CLIENT_USAGES, ocspSettings, modiVerifySchema } from '../../modi-verify/offline';
import { isOpaque, isRecord, valueAt, type Fields, type Plugin } from '../entities';
import { fieldOf } from '../field-of';
import { textsIn } from '../material';
import { knownPlugins } from '../pack';
import { readConfigFile } from '../read-file';
import type { Path } from '../types';
import type { LeftAlone, Role, Source } from './types';

/** What the fields of plugins, and of a collector's file, are there for; places in lists left out. */
const ROLES: Readonly<Record<string, Role>> = {
  'modi-verify trust.anchors': 'anchor',
  'modi-verify trust.certificates': 'signer',
  'modi-verify trust.crls': 'list',
  'modi-verify trust.jwks': 'key_set',
  'modi-verify trust.jwks_ca': 'server_anchor',
  'modi-verify trust.x5u_ca': 'server_anchor',
  'modi-verify trust.ocsp.responder_certificates': 'responder',
  'modi-verify channel.anchors': 'anchor',
  'modi-verify channel.certificates': 'client',
  'modi-verify channel.crls': 'list',
  'modi-verify channel.ocsp.responder_certificates': 'responder',
  'modi-verify replay.redis.ssl_ca': 'server_anchor',
  'modi-verify pdnd.client.key_file': 'own',
  'modi-verify pdnd.ca': 'server_anchor',
  'modi-sign key.file': 'own',
  'modi-sign key.certificate': 'own',
  'modi-audit encryption.key': 'recipient',
  'collector chain.key.file': 'own',
  'collector chain.key.certificate': 'own',
  'collector sinks.ca': 'server_anchor',
  'collector sinks.syslog.certificate': 'own',
  'collector sinks.syslog.key': 'own',
  'collector sinks.redis.ssl_ca': 'server_anchor',
};

export interface Gathered {
  readonly sources: readonly Source[];
  readonly leftAlone: readonly LeftAlone[];
}

/** Everything that a kong.yml, a state file of decK, or a collector's file names. `home`: what relative paths start from. */
export async function gatherFrom(text: string, name: string, home: string): Promise<Gathered> {
  const content: unknown = parse(text);
  if (isRecord(content) && isRecord(content['chain'])) return gatherIn('collector', content, [], home);
  const { plugins } = readConfigFile(text, name, await knownPlugins());
  const all = plugins.filter(({ ofPack }) => ofPack).map((plugin) => gatherOf(plugin, home));
  return { sources: all.flatMap(({ sources }) => sources), leftAlone: all.flatMap(({ leftAlone }) => leftAlone) };
}

const gatherOf = (plugin: Plugin, home: string): Gathered =>
  gatherIn(plugin.name, plugin.config, [...plugin.path, 'config'], home);

/** What a plugin of the pack names, each with its place in the file. */
export function placedSources({ name, config, path }: Plugin, home: string): readonly PlacedSource[] {
  return [...sourcesIn({ owner: name, config, base: [...path, 'config'], home, responders: {} })];
}

export interface PlacedSource {
  readonly at: Path;
  /** Undefined for what is known only where it runs. */
  readonly source: Source | undefined;
}

function gatherIn(owner: string, config: Fields, base: Path, home: string): Gathered {
  const sources: Source[] = [];
  const leftAlone: LeftAlone[] = [];
  const responders = owner === 'modi-verify' ? respondersOf(config) : {};
  for (const { at, source } of sourcesIn({ owner, config, base, home, responders })) {
    if (source === undefined) leftAlone.push({ field: fieldOf(at), reason: 'reference' });
    else sources.push(source);
  }
  for (const [part, ocsp] of Object.entries(responders)) {
    if (ocsp !== undefined) leftAlone.push({ field: fieldOf([...base, part, 'ocsp']), reason: 'network' });
  }
  return { sources, leftAlone };
}

interface Owned {
  readonly owner: string;
  readonly config: Fields;
  readonly base: Path;
  readonly home: string;
  readonly responders: Responders;
}

function* sourcesIn({ owner, config, base, home, responders }: Owned): Generator<PlacedSource> {
  for (const [path, text] of textsIn(config, [])) {
    const names = path.filter((step) => typeof step === 'string');
    const role = ROLES[`${owner} ${names.join('.')}`];
    if (role === undefined) continue;
    const at = [...base, ...path];
    const [field, besides] = [fieldOf(at), fieldOf(at.slice(0, -1))];
    const named = { field, besides, role, config, names, home, responders };
    yield { at, source: isOpaque(text) ? undefined : sourceOf(text, named) };
  }
}

interface Named {
  readonly field: string;
  /** The record that the field stands in. */
  readonly besides: string;
  readonly role: Role;
  readonly config: Fields;
  readonly names: readonly string[];
  readonly home: string;
  readonly responders: Responders;
}

function sourceOf(text: string, { field, besides, role, config, names, home, responders }: Named): Source {
  const [part = ''] = names;
  const room = isRecord(config[part]) ? config[part] : {};
  const parent = names.slice(0, -1).join('.');
  const isInline = text.includes('-----BEGIN') || text.trimStart().startsWith('{');
  const isUrl = /^https?:\/\//i.test(text) && URL.canParse(text);
  return {
    field,
    origin: isInline ? field : text,
    role,
    place: isInline ? { text } : isUrl ? { url: new URL(text) } : { path: resolve(home, text) },
    // Key and certificate of one key stand side by side; every other source stands for itself.
    group: role === 'own' ? besides : field,
    password: passwordOf(valueAt(config, parent), room, home),
    usages: part === 'channel' ? CLIENT_USAGES : listOf(room['extended_key_usage']),
    ocsp: responders[part],
    privateHosts: listOf(room['private_hosts']) ?? [],
    ca: role === 'key_set' ? listOf(room['jwks_ca']) : null,
  };
}

const listOf = (value: unknown): readonly string[] | null =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : null;

/** What opens the containers and keys of a place; a file that cannot be read opens none, which is told of them. */
function passwordOf(place: unknown, room: Fields, home: string): string | undefined {
  const own = isRecord(place) ? place : {};
  const inline = [own['password'], room['pkcs12_password']].find((value) => typeof value === 'string');
  const file = own['password_file'];
  if (typeof file !== 'string') return inline;
  try {
    return readFileSync(resolve(home, file), 'utf8').replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
}

type Responders = Readonly<Record<string, OcspConfig | undefined>>;

/** Who is asked, as the plugin itself reads it; nobody where the configuration is none: `modi check` tells why. */
function respondersOf(config: Fields): Responders {
  try {
    const { trust, channel } = readConfig(modiVerifySchema, config);
    return { trust: ocspSettings(trust, 'trust'), channel: ocspSettings(channel, 'channel') };
  } catch (error) {
    if (error instanceof ConfigError) return {};
    throw error;
  }
}
