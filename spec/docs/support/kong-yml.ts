import { isMap, isSeq, parse, parseDocument, stringify } from 'yaml';
import { BUNDLED_PLUGINS } from '../../../plugins/dev/bundled';
import { loadConfig, type GatewayConfig, type PluginCatalogue } from '../../../plugins/dev/config';
import { readFields } from '../../../plugins/dev/schema';
import type { PluginDefinition } from '../../../plugins/runtime/plugin';
import { loadAllPlugins } from '../../../plugins/runtime/registry';
import { signerPem } from '../../support/kong-yml';
import { mockPki } from '../../support/pki';

type Json = Record<string, unknown>;

export interface Pack {
  readonly plugins: ReadonlyMap<string, PluginDefinition>;
  /** What kong.yml is validated against: the pack's schemas as Kong gets them, and the bundled plugins. */
  readonly catalogue: PluginCatalogue;
}

export async function loadPack(): Promise<Pack> {
  const plugins = await loadAllPlugins();
  const dumped = plugins.map(({ name, schema }) => {
    const fields: unknown = JSON.parse(JSON.stringify(schema));
    return [name, { fields: readFields(fields, `${name}.config`) }] as const;
  });
  return {
    plugins: new Map(plugins.map((plugin) => [plugin.name, plugin])),
    catalogue: new Map([...BUNDLED_PLUGINS, ...dumped]),
  };
}

/** What stands in for the files that a document names: a development authority, a signer, and its key. */
export interface StandIns {
  readonly anchor: string;
  readonly certificate: string;
  readonly key: string;
  /** The platform in place of the national one: its addresses, and our client's private key in PEM. */
  readonly platform: Readonly<Record<string, unknown>>;
  readonly platformKey: string;
}

/** Addresses at which nothing answers: a page is compiled, not served. */
const NO_PLATFORM = {
  issuer: 'pdnd.localhost',
  jwks_uri: 'http://127.0.0.1:9/jwks.json',
  token_uri: 'http://127.0.0.1:9/token.oauth2',
  assertion_audience: 'auth.pdnd.localhost/client-assertion',
  api_uri: 'http://127.0.0.1:9/api/v3',
  api_jwks_uri: 'http://127.0.0.1:9/api/jwks.json',
  private_hosts: ['127.0.0.1'],
};

export async function standIns(): Promise<StandIns> {
  const pki = await mockPki();
  const signer = pki.leaf('ec');
  const platformKey = signerPem({ ...pki.leaf('rsa'), chain: [] });
  const { anchorPem: anchor } = pki;
  return { anchor, certificate: signer.pem, key: signerPem(signer), platform: NO_PLATFORM, platformKey };
}

/** A document as Kong would load it: what is only a list of plugins, services or consumers gets the rest around it. */
export function wholeDocument(text: string): string {
  const content: unknown = parse(text);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw new Error('no kong.yml');
  if ('_format_version' in content) return text;
  if (!('plugins' in content) || Object.keys(content).length > 1) {
    return stringify({ _format_version: '3.0', ...content });
  }
  const route = { name: 'wrapped', paths: ['/'], plugins: content.plugins };
  return stringify({
    _format_version: '3.0',
    services: [{ name: 'wrapped', url: 'http://127.0.0.1:9001', routes: [route] }],
  });
}

/** The same document with every file of a `modi-*` plugin replaced by `stand`; places in the text stay what they were. */
export function withStandIns(text: string, stand: StandIns): string {
  const document = parseDocument(text);
  const visit = (node: unknown): void => {
    if (isSeq(node)) node.items.forEach(visit);
    if (!isMap(node)) return;
    const name = node.get('name');
    if (typeof name === 'string' && name.startsWith('modi-') && isMap(node.get('config'))) {
      const config = (node.toJSON() as { config: Json }).config;
      node.set('config', document.createNode(replaceFiles(config, stand)));
      return;
    }
    for (const { value } of node.items) visit(value);
  };
  visit(document.contents);
  return String(document);
}

function replaceFiles(config: Json, { anchor, certificate, key, platform, platformKey }: StandIns): Json {
  const copy = structuredClone(config);
  for (const field of ['trust', 'channel']) {
    const trust = copy[field] as Json | undefined;
    if (Array.isArray(trust?.['anchors'])) trust['anchors'] = trust['anchors'].map(orInline(anchor));
    if (Array.isArray(trust?.['certificates']))
      trust['certificates'] = trust['certificates'].map(orInline(certificate));
  }
  const pdnd = copy['pdnd'] as Json | undefined;
  if (pdnd !== undefined) {
    const { environment, events, ...rest } = pdnd;
    const client = pdnd['client'] as Json | undefined;
    // Nothing survives a test, and nothing is written beside it.
    const feed = events === undefined ? {} : { events: { ...(events as Json), directory: null } };
    copy['pdnd'] = {
      ...rest,
      ...feed,
      ...(environment === undefined && pdnd['issuer'] === undefined ? {} : platform),
      ...(client === undefined ? {} : { client: { ...client, key_file: platformKey } }),
    };
  }
  const signing = copy['key'] as Json | undefined;
  if (signing !== undefined && orInline(key)(signing['file']) === key) {
    copy['key'] = { ...('kid' in signing ? { kid: signing['kid'] } : {}), file: key };
  }
  return copy;
}

/** What the page shows in full is tested as it is. */
const orInline =
  (stand: string) =>
  (value: unknown): unknown =>
    typeof value === 'string' && value.includes('-----BEGIN') ? value : stand;

/**
 * Reads a document as the embedded gateway does, and compiles every plugin of the pack in it.
 * @throws GatewayConfigError or ConfigError naming the fault.
 */
export function compileDocument(name: string, text: string, pack: Pack, stand: StandIns): GatewayConfig {
  const whole = wholeDocument(text);
  // The page's own words first: the stand-ins must not hide a wrong field.
  loadConfig({ name, text: whole }, pack.catalogue);
  const config = loadConfig({ name, text: withStandIns(whole, stand) }, pack.catalogue);
  for (const plugin of config.plugins) pack.plugins.get(plugin.name)?.create(plugin.config);
  return config;
}
