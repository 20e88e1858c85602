import { readKongVersion, type KongSettings } from '../kong';
import { CliError } from '../shell/cli-error';
import type { Entities, Facts, PluginEntity, RouteEntity } from './facts';
import { httpGet, type HttpAnswer } from './http-get';
import { itemsOf, membersOf, parseJson, textOf, type Members } from './json';

export interface AdminFacts extends Pick<Facts, 'version' | 'settings' | 'entities' | 'available'> {
  /** Of the Date header, as Kong wrote it. */
  readonly date: string | undefined;
}

/**
 * Asks Kong's Admin API for its version, the settings in force, and its configuration.
 * @throws CliError CLI_NETWORK when there is no answer, CLI_INPUT when what answers is no Admin API.
 */
export async function askAdmin(base: URL, headers: Readonly<Record<string, string>>): Promise<AdminFacts> {
  const { answer, root } = await askRoot(base, headers);
  const version = readKongVersion(textOf(root['version']) ?? serverOf(answer));
  if (version === undefined) throw notAdmin(base, answer);
  const all = async (entity: string): Promise<readonly Members[]> => pages(new URL(entity, withSlash(base)), headers);
  const [plugins, routes] = [await all('plugins'), await all('routes')];
  const { configuration, plugins: loaded } = root;
  return {
    version,
    settings: configuration === undefined ? undefined : { of: settingsOf(configuration), from: base.href },
    available:
      loaded === undefined ? await enabled(base, headers) : availableOf(membersOf(loaded)['available_on_server']),
    entities: { plugins: plugins.map(pluginOf), routes: routes.map(routeOf) } satisfies Entities,
    date: answer.headers.date,
  };
}

const TRIES = 5;

/**
 * The first page of the Admin API. Kong answers it with 500 from the worker that has started a plugin server, because it
 * cannot write the process down as JSON: another worker may do better, and what is missing then is asked elsewhere.
 */
async function askRoot(
  base: URL,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly answer: HttpAnswer; readonly root: Members }> {
  let answer = await httpGet(base, headers);
  for (let tries = 1; tries < TRIES && answer.status === 500; tries += 1) answer = await httpGet(base, headers);
  if (answer.status !== 200 && !isKongsOwnFault(answer)) throw notAdmin(base, answer);
  return { answer, root: answer.status === 200 ? membersOf(parseJson(answer.body)) : {} };
}

const isKongsOwnFault = (answer: HttpAnswer): boolean => answer.status === 500 && /^kong\//.test(serverOf(answer));

const serverOf = ({ headers }: HttpAnswer): string => textOf(headers['server']) ?? '';

/** The names alone. */
async function enabled(base: URL, headers: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
  const { body } = await httpGet(new URL('plugins/enabled', withSlash(base)), headers);
  const names = membersOf(parseJson(body))['enabled_plugins'];
  return new Map(Array.isArray(names) ? names.map((name) => [String(name), '']) : []);
}

const withSlash = (base: URL): URL => new URL(base.href.endsWith('/') ? base.href : `${base.href}/`);

const MOST_PAGES = 1000;

async function pages(first: URL, headers: Readonly<Record<string, string>>): Promise<readonly Members[]> {
  const found: Members[] = [];
  let next: URL | undefined = new URL('?size=1000', first);
  for (let page = 0; next !== undefined && page < MOST_PAGES; page += 1) {
    const answer = await httpGet(next, headers);
    if (answer.status !== 200) throw notAdmin(next, answer);
    const { data, next: following } = membersOf(parseJson(answer.body));
    found.push(...itemsOf(data));
    next = typeof following === 'string' ? new URL(following, first) : undefined;
    // The address of the next page must not lead the token elsewhere.
    if (next !== undefined && next.origin !== first.origin) next = undefined;
  }
  return found;
}

const notAdmin = ({ href }: URL, { status }: HttpAnswer): CliError =>
  new CliError('CLI_INPUT', {
    en: `${href} is no Admin API of Kong that lets us in (${status}); give it with --admin, its token with --admin-token-file`,
    it: `${href} non è una Admin API di Kong accessibile (${status}); indicarla con --admin, il token con --admin-token-file`,
  });

/** Values arrive as JSON; a list of scalars is what kong.conf has with commas. */
function settingsOf(configuration: unknown): KongSettings {
  return new Map(
    Object.entries(membersOf(configuration)).flatMap(([name, value]): (readonly [string, string])[] => {
      if (['string', 'number', 'boolean'].includes(typeof value)) return [[name, String(value)]];
      if (!Array.isArray(value)) return [];
      return value.every((one) => typeof one !== 'object') ? [[name, value.map(String).join(',')]] : [];
    }),
  );
}

/** Kong before 3.0 told `true` in place of version and priority. */
const availableOf = (plugins: unknown): ReadonlyMap<string, string> =>
  new Map(Object.entries(membersOf(plugins)).map(([name, about]) => [name, textOf(membersOf(about)['version']) ?? '']));

const keyOf = (reference: unknown): string | undefined => textOf(membersOf(reference)['id']);

const pluginOf = (one: Members): PluginEntity => ({
  name: textOf(one['name']) ?? '',
  enabled: one['enabled'] !== false,
  config: membersOf(one['config']),
  route: keyOf(one['route']),
  service: keyOf(one['service']),
});

const routeOf = (one: Members): RouteEntity => ({
  key: textOf(one['id']) ?? '',
  name: textOf(one['name']) ?? textOf(one['id']) ?? '',
  service: keyOf(one['service']),
  responseBuffering: one['response_buffering'] !== false,
});
