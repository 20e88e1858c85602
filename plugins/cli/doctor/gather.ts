import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installedKong, readSettings, type KongSettings } from '../kong';
import { CliError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import { fileError, readFile, readSecretFile } from '../shell/input';
import { askAdmin, type AdminFacts } from './admin-api';
import { readDeclarative } from './declarative';
import type { ClockReading, Entities, Facts, UnsignedCall } from './facts';
import { httpGet } from './http-get';
import { membersOf, parseJson, textOf } from './json';

/** Where to ask. */
export interface Sources {
  readonly admin: URL | undefined;
  readonly adminTokenFile: string | undefined;
  readonly prefix: string | undefined;
  readonly proxies: readonly URL[];
}

/** Asks every source that was named. @throws CliError for one that does not answer, or when none was named. */
export async function gather(sources: Sources, context: Context): Promise<Facts> {
  const { admin, prefix, proxies } = sources;
  if (admin === undefined && prefix === undefined && proxies.length === 0) throw nothingNamed();
  const asked = admin === undefined ? undefined : await askAdmin(admin, tokenHeaders(sources, context));
  const own = prefix === undefined ? undefined : await lookIntoPrefix(resolve(context.host.cwd, prefix), context);
  const called = await Promise.all(proxies.map((url) => callUnsigned(url, context)));
  const clocks = called.flatMap(({ clock }) => (clock === undefined ? [] : [clock]));
  return {
    now: context.host.now(),
    version: asked?.version ?? own?.version,
    settings: asked?.settings ?? own?.settings,
    entities: asked?.entities ?? own?.entities,
    available: asked?.available,
    clocks: [...clockOf(admin?.host ?? '', asked?.date, context), ...clocks],
    calls: called.map(({ call }) => call),
    local: prefix !== undefined || (admin !== undefined && isLoopback(admin)),
  };
}

const nothingNamed = (): CliError =>
  new CliError('CLI_USAGE', {
    en: 'say which Kong: --prefix on its machine, --admin with the URL of its Admin API, or --proxy with that of a route',
    it: 'indicare il Kong: --prefix sulla sua macchina, --admin con la URL della Admin API, o --proxy con quella di una rotta',
  });

const isLoopback = ({ hostname }: URL): boolean => /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname);

function tokenHeaders({ adminTokenFile }: Sources, context: Context): Readonly<Record<string, string>> {
  if (adminTokenFile === undefined) return {};
  return { 'Kong-Admin-Token': readSecretFile(adminTokenFile, context).toString('utf8').trim() };
}

/** `.kong_env` is what Kong itself made of kong.conf and the environment, for the processes that run now. */
async function lookIntoPrefix(
  prefix: string,
  context: Context,
): Promise<Pick<AdminFacts, 'version' | 'settings' | 'entities'>> {
  const file = join(prefix, '.kong_env');
  if (!existsSync(file)) {
    throw new CliError('CLI_FILE', {
      en: `${file}: no such file; is Kong running, and is this its prefix?`,
      it: `${file}: il file non esiste; Kong è in esecuzione, ed è questo il suo prefix?`,
    });
  }
  const settings = readSettings(readFile(file, context).toString('utf8'));
  return {
    version: await installedKong('kong'),
    settings: { of: settings, from: file },
    entities: declaredIn(settings),
  };
}

/** The kong.yml in force, as far as it is still the file that Kong was started with. */
function declaredIn(settings: KongSettings): Entities | undefined {
  const file = settings.get('declarative_config');
  if (settings.get('database') !== 'off' || file === undefined || file === '') return undefined;
  try {
    return readDeclarative(readFileSync(file, 'utf8'));
  } catch (error) {
    throw fileError(file, error);
  }
}

interface Called {
  readonly call: UnsignedCall;
  readonly clock: ClockReading | undefined;
}

/** A request without any token: the right answer is a refusal. */
async function callUnsigned(url: URL, context: Context): Promise<Called> {
  const { status, headers, body } = await httpGet(url, { Accept: 'application/problem+json' });
  const members = membersOf(parseJson(body));
  const call = { url: url.href, status, code: textOf(members['code']), message: textOf(members['message']) };
  return { call, clock: clockOf(url.host, headers.date, context)[0] };
}

function clockOf(of: string, date: string | undefined, { host }: Context): readonly ClockReading[] {
  const seconds = date === undefined ? NaN : Date.parse(date) / 1000;
  return Number.isNaN(seconds) ? [] : [{ of, ahead: seconds - host.now() }];
}
