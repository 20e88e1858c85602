import type { GatewayLogger, ListenOptions, RunningGateway } from '../../dev';
import { CliError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import { readFile, readSecretFile } from '../shell/input';
import type { Values } from '../shell/values';
import { listenError, readAddress } from './address';
import { accessLine, serverLine } from './log-lines';

/** A kong.yml: its text, and the name to call it by. */
export interface ConfigSource {
  readonly name: string;
  readonly text: string;
}

interface GatewayRequest {
  readonly config: ConfigSource;
  readonly listen: readonly ListenOptions[];
  readonly workers?: number;
}

/**
 * Starts the embedded gateway; its plugin server serves when this resolves. One line per request goes to stderr.
 *
 * @throws CliError CLI_CONFIG after naming every fault of the file, CLI_PORT_TAKEN, or CLI_INTERNAL.
 */
export async function openGateway(request: GatewayRequest, context: Context): Promise<RunningGateway> {
  const { startGateway } = await import('../../dev/index.js');
  try {
    return await startGateway({
      configFile: request.config,
      listen: request.listen,
      ...(request.workers === undefined ? {} : { workers: request.workers }),
      logger: loggerFor(context),
      onLog: (record) => {
        context.say(accessLine(record, context));
      },
    });
  } catch (cause) {
    throw await startError(cause, request, context);
  }
}

/** Errors and warnings always, the rest with --debug. The plugin server's lines arrive as info, whatever their level. */
function loggerFor(context: Context): GatewayLogger {
  const { errorStyle } = context;
  const detail = (message: string) => {
    if (context.debug) context.say(errorStyle.faint(message));
  };
  return {
    error: (message) => {
      context.say(`${errorStyle.bad('error')} ${message}`);
    },
    warn: (message) => {
      context.say(`${errorStyle.warn('warn')}  ${message}`);
    },
    info: (message) => {
      const serious = serverLine(message);
      if (serious === undefined) detail(message);
      else context.say(`${errorStyle.warn('warn')}  ${serious}`);
    },
    debug: detail,
  };
}

async function startError(cause: unknown, { config, listen }: GatewayRequest, context: Context): Promise<unknown> {
  const { describeProblem, DescribeError, GatewayConfigError } = await import('../../dev/index.js');
  if (cause instanceof GatewayConfigError) {
    const [only, ...more] = cause.problems.map(describeProblem);
    if (only !== undefined && more.length === 0) return new CliError('CLI_CONFIG', { en: only, it: only }, { cause });
    for (const problem of cause.problems) context.say(describeProblem(problem));
    const count = cause.problems.length;
    const text = {
      en: `${config.name} has ${count} faults, nothing was started`,
      it: `${config.name} ha ${count} errori, nulla è stato avviato`,
    };
    return new CliError('CLI_CONFIG', text, { cause });
  }
  if (cause instanceof DescribeError) {
    return new CliError('CLI_CONFIG', { en: cause.message, it: cause.message }, { cause });
  }
  const { port } = cause as { port?: number };
  const address = listen.find((one) => one.port === port);
  return (address === undefined ? undefined : listenError(cause, address, flagOf(address))) ?? cause;
}

const flagOf = ({ tls }: ListenOptions): string => (tls === undefined ? '--listen' : '--tls-listen');

/** Where to listen, from --listen and --tls-listen; the TLS certificate by default is the one of the dev keys. */
export function readListeners(values: Values, context: Context): readonly ListenOptions[] {
  const plain = readAddress(values.string('listen') ?? '127.0.0.1:8000', '--listen');
  const tls = values.string('tlsListen');
  if (tls === undefined) return [plain];
  const certificate = {
    cert: readFile(values.string('tlsCert') ?? '.modi/server.pem', context).toString('utf8'),
    key: readSecretFile(values.string('tlsKey') ?? '.modi/server.key', context).toString('utf8'),
  };
  return [plain, { ...readAddress(tls, '--tls-listen'), tls: certificate }];
}

/** The text of a kong.yml, under the name the user knows it by. */
export function readConfigFile(file: string, context: Context): ConfigSource {
  return { name: file, text: readFile(file, context).toString('utf8') };
}
