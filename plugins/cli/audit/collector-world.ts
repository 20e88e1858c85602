import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parse } from 'yaml';
import {
  farEndOf,
  openSigner,
  readSettings,
  Sink,
  type ChainSigner,
  type CollectorSettings,
  type CollectorWorld,
} from '../../core/audit';
import { ConfigError } from '../../core/schema';
import { CliError } from '../shell/cli-error';
import { configured } from '../shell/config-fault';
import type { Context } from '../shell/context';
import { fileError, readFile, readSecretFile } from '../shell/input';

/** The settings of a collector's file. @throws CliError CLI_FILE or CLI_CONFIG. */
export function readCollectorFile(path: string, context: Context): CollectorSettings {
  const text = readFile(path, context).toString('utf8');
  return configured(`${path}: `, () => {
    try {
      return readSettings(parse(text));
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      throw new ConfigError('', `not YAML: ${(error as Error).message.split('\n')[0] ?? ''}`, { cause: error });
    }
  });
}

const homeOf = ({ host }: Context): string => host.env['MODI_HOME'] ?? host.cwd;

/** A path of the settings, made absolute. */
export const pathIn =
  (context: Context) =>
  (name: string): string =>
    resolve(context.host.cwd, homeOf(context), name);

/** Everything outside that the collector of these settings works with. */
export function collectorWorld(settings: CollectorSettings, context: Context): CollectorWorld {
  const { chain, evidence } = settings;
  const { receive } = settings;
  const path = pathIn(context);
  return {
    now: Date.now,
    newId: () => context.host.newId(),
    signer: currentSigner(settings, homeOf(context)),
    spool: [...settings.spool, ...(receive.port === null || receive.file === null ? [] : [receive.file])].map(path),
    evidence: evidence.directory === null ? undefined : path(evidence.directory),
    chain: path(chain.directory),
    witness: chain.witness === null ? undefined : path(chain.witness),
    pseudonymKey:
      settings.pseudonyms.key_file === null ? undefined : secretIn(path(settings.pseudonyms.key_file), context),
    node: settings.node ?? nodeName(),
    version: version(),
  };
}

/**
 * The sinks of these settings, each with its own cursor beside the chain. Nothing is connected yet.
 * @throws ConfigError when one does not say where its far end is.
 */
export function collectorSinks(
  settings: CollectorSettings,
  { chain, node, now }: CollectorWorld,
  context: Context,
): Sink[] {
  const path = pathIn(context);
  return settings.sinks.map((sink, index) => {
    const farEnd = farEndOf(sink, path, `sinks[${index + 1}]`);
    return new Sink(sink, { directory: chain, node, now, pause }, farEnd);
  });
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  setTimeout(milliseconds, undefined, { signal });

/** A shorter secret could be found by trying, with a hash of a known name in hand. */
const LEAST_SECRET = 32;

function secretIn(path: string, context: Context): Buffer {
  const secret = readSecretFile(path, context);
  if (secret.length >= LEAST_SECRET) return secret;
  throw new ConfigError('pseudonyms.key_file', `the secret has ${secret.length} bytes; ${LEAST_SECRET} at least`);
}

const nodeName = (): string =>
  hostname()
    .replaceAll(/[^A-Za-z0-9._-]/g, '_')
    .slice(0, 63) || 'node';

function version(): string {
  const manifest = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

const LOOK_EVERY_MS = 1000;

/**
 * The key as it is on disk, looked at again every second: a rotation needs no restart. When what is there is no key, the
 * one before it stays.
 *
 * @throws ConfigError when there is no key to begin with.
 */
function currentSigner({ chain: { key } }: CollectorSettings, home: string): () => ChainSigner {
  const absolute = (value: string | null): string | null =>
    value === null || value.includes('-----BEGIN') || value.trimStart().startsWith('{') ? value : resolve(home, value);
  const settings = {
    ...key,
    file: absolute(key.file) ?? key.file,
    certificate: absolute(key.certificate),
    password_file: absolute(key.password_file),
  };
  let current = openSigner(settings);
  let looked = Date.now();
  return () => {
    if (Math.abs(Date.now() - looked) < LOOK_EVERY_MS) return current;
    looked = Date.now();
    try {
      current = openSigner(settings);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
    }
    return current;
  };
}

/** Makes the folder of the chain when only its last part is missing. @throws CliError CLI_FILE. */
export function ensureFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o750 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileError(dirname(path), error);
  }
}

/**
 * Keeps every other collector on this machine away from the chain for as long as this process lives: the name of a socket
 * that is no file, and that the kernel takes back at whatever end.
 *
 * @throws CliError CLI_AUDIT_BUSY.
 */
export async function claimChain(directory: string, node: string): Promise<Server> {
  const name = createHash('sha256')
    .update(`${realpathSync(directory)}\n${node}`)
    .digest('hex');
  const server = createServer();
  return new Promise((done, fail) => {
    server.once('error', (cause) => {
      fail(
        new CliError(
          'CLI_AUDIT_BUSY',
          {
            en: `another collector writes the chain of ${node} in ${directory}; stop it first`,
            it: `un altro collettore scrive la catena di ${node} in ${directory}; fermarlo prima`,
          },
          { cause },
        ),
      );
    });
    server.listen(`\0modi-audit-${name}`, () => {
      done(server.unref());
    });
  });
}
