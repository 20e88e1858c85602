import { execFile } from 'node:child_process';
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { fail, ok, same, skip, warn, type Finding } from '../checklist';
import { failsClosed, findUser, isBefore, obstacle, type KongVersion, type MachineUser } from '../kong';
import type { InstallPlan } from './plan';

const run = promisify(execFile);

/** What the checks look at besides the plan. */
export interface Surroundings {
  /** Where `node` lies, and which version it is. */
  readonly node: { readonly path: string; readonly version: string; readonly accepted: string };
  readonly kong: KongVersion | undefined;
  /** Name of the user that Kong's workers run as. */
  readonly user: string;
  readonly prefix: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Everything that can be known before Kong starts. Reads, asks the plugin server to describe itself, changes nothing. */
export async function examine(plan: InstallPlan, around: Surroundings): Promise<readonly Finding[]> {
  const user = findUser(around.user);
  return [
    nodeVersion(around.node),
    kongVersion(around.kong, plan),
    user === undefined
      ? warn('user', text(`no user ${around.user} here`, `nessun utente ${around.user} qui`), USER_TODO)
      : access(plan, user),
    ...(await Promise.all(plan.plugins.map((plugin) => described(plan, plugin)))),
    socket(plan.socket, user),
    prefix(around.prefix),
    environment(around.env),
  ];
}

const text = (en: string, it: string) => ({ en, it });

const USER_TODO = text(
  'name the user of the workers with --user, or run this where Kong runs',
  "indicare l'utente dei worker con --user, o eseguire dove gira Kong",
);

function nodeVersion({ path, version, accepted }: Surroundings['node']): Finding {
  const found = same(`${version} ${path}`);
  const [needed, own] = [accepted, version].map((one) => (one.match(/\d+/g) ?? []).map(Number));
  if (isAtLeast(own ?? [], needed ?? [])) return ok('node', found);
  return fail(
    'node',
    found,
    text(
      `install Node ${accepted} and give its path with --node`,
      `installare Node ${accepted} e indicarlo con --node`,
    ),
  );
}

const isAtLeast = (
  [major = 0, minor = 0]: readonly number[],
  [least = 0, leastMinor = 0]: readonly number[],
): boolean => major > least || (major === least && minor >= leastMinor);

function kongVersion(version: KongVersion | undefined, { everyEntryStarted, stock }: InstallPlan): Finding {
  if (version === undefined) {
    const todo = text('give the version with --kong-version', 'indicare la versione con --kong-version');
    return skip(
      'kong',
      text('no kong here; the lines are for 3.5 and later', 'kong assente; righe per 3.5 e seguenti'),
      todo,
    );
  }
  if (isBefore(version, 3, 4))
    return fail('kong', same(version.text), text('Kong 3.4 or later is needed', 'serve Kong 3.4 o seguente'));
  const open = stock !== undefined || !failsClosed(version);
  if (!open) return ok('kong', same(version.text));
  const found = everyEntryStarted
    ? text(`${version.text}: each entry needs a start_cmd`, `${version.text}: ogni voce richiede uno start_cmd`)
    : same(version.text);
  return warn('kong', found, GATE_TODO);
}

const GATE_TODO = text(
  'when the plugin server fails this Kong lets requests pass: give every ModI route the gate (acl, allow: [modi])',
  'se il plugin server cade questo Kong lascia passare: mettere il cancello (acl, allow: [modi]) su ogni rotta ModI',
);

/** Whether Kong's user gets at the programs: a Node below somebody's home is the usual mistake. */
function access(plan: InstallPlan, user: MachineUser): Finding {
  const programs = [...plan.pluginServer, ...(plan.stock?.command ?? [])];
  for (const [index, program] of programs.entries()) {
    const shut = firstObstacle(program, user, index === 0 ? 'run' : 'read');
    if (shut === undefined) continue;
    return fail(
      'user',
      text(`${user.name} may not use ${program}: ${shut}`, `${user.name} non può usare ${program}: ${shut}`),
      text(
        'move it to a place for everybody, such as /opt, or mend its permissions',
        'spostarlo dove tutti accedono, come /opt, o correggere i permessi',
      ),
    );
  }
  return ok('user', text(`${user.name} may use node and the pack`, `${user.name} può usare node e il pacchetto`));
}

function firstObstacle(path: string, user: MachineUser, want: 'run' | 'read' | 'make'): string | undefined {
  try {
    return obstacle(realpathSync(path), user, want);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** Runs the very query_cmd that Kong will run, as Kong does: without an environment. */
async function described(plan: InstallPlan, plugin: string): Promise<Finding> {
  const [program, ...args] = [...plan.pluginServer, '--describe', plugin];
  const check = `plugin ${plugin}`;
  try {
    const { stdout } = await run(program, args, { env: {}, timeout: 20_000, maxBuffer: 16 * 1024 * 1024 });
    const { Plugins } = JSON.parse(stdout) as { Plugins: readonly { Name: string; Version: string }[] };
    const [found] = Plugins;
    if (found?.Name === plugin) return ok(check, same(found.Version));
    return fail(check, same(found?.Name ?? '-'), REINSTALL);
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    return fail(check, same(stderr.trim().split('\n')[0] || message), REINSTALL);
  }
}

const REINSTALL = text('install the pack again', 'reinstallare il pacchetto');

/** The kernel's limit on the path of a Unix socket, its end included. */
const SOCKET_PATH_BYTES = 108;

/** The plugin server runs as Kong's user and makes its socket itself: where it may not, every ModI route is a 500. */
function socket(path: string, user: MachineUser | undefined): Finding {
  const bytes = Buffer.byteLength(path) + 1;
  if (bytes > SOCKET_PATH_BYTES) {
    const found = text(
      `${path} has ${bytes} bytes, ${SOCKET_PATH_BYTES} are possible`,
      `${path} ha ${bytes} byte, il limite è ${SOCKET_PATH_BYTES}`,
    );
    return fail('socket', found, text('choose a shorter one with --socket', 'sceglierne uno più corto con --socket'));
  }
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isSocket()) {
    return fail(
      'socket',
      text(`${path} is no socket`, `${path} non è un socket`),
      text('choose another with --socket', 'sceglierne un altro con --socket'),
    );
  }
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) {
    return warn(
      'socket',
      text(`${folder} does not exist yet`, `${folder} non esiste ancora`),
      text(
        "systemd makes its RuntimeDirectory; make any other folder yourself, for Kong's user: Kong would make it for who starts it",
        "systemd crea la RuntimeDirectory; ogni altra cartella va creata per l'utente di Kong: Kong la creerebbe per chi lo avvia",
      ),
    );
  }
  const shut = user === undefined ? undefined : firstObstacle(folder, user, 'make');
  if (user === undefined || shut === undefined) return ok('socket', same(path));
  return fail(
    'socket',
    text(`${user.name} may not make ${path}: ${shut}`, `${user.name} non può creare ${path}: ${shut}`),
    text(
      `let ${user.name} write in that folder, or choose another with --socket`,
      `permettere a ${user.name} di scrivere nella cartella, o sceglierne un'altra con --socket`,
    ),
  );
}

function prefix(path: string): Finding {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) return ok('prefix', same(path));
  return warn(
    'prefix',
    text(`${path} is not there`, `${path} non c'è`),
    text(
      'is it the prefix of your kong.conf? Give it with --prefix',
      'è il prefix del kong.conf? Indicarlo con --prefix',
    ),
  );
}

/** An environment variable wins over kong.conf, and silently. */
function environment(env: Surroundings['env']): Finding {
  const over = ['KONG_PLUGINS', 'KONG_PLUGINSERVER_NAMES'].filter((name) => (env[name] ?? '') !== '');
  if (over.length === 0) return ok('environment', text('nothing overrides kong.conf', 'nulla prevale sul kong.conf'));
  return warn(
    'environment',
    same(over.join(', ')),
    text(
      'these win over kong.conf: set them too, see --form env',
      'prevalgono sul kong.conf: impostarle, vedi --form env',
    ),
  );
}
