import { LogReceiver, type CollectorSettings } from '../../core/audit';
import { ConfigError } from '../../core/schema';
import { listenError } from '../serve/address';
import type { Context } from '../shell/context';
import { readSecretFile } from '../shell/input';
import { pathIn } from './collector-world';

/**
 * Begins to take what http-log sends; undefined when the settings do not want that.
 * @throws ConfigError for a file without a value; CliError CLI_PORT_TAKEN.
 */
export async function openReceiver({ receive }: CollectorSettings, context: Context): Promise<LogReceiver | undefined> {
  const { host, port, file, authorization_file: secret } = receive;
  if (port === null || file === null) return undefined;
  const path = pathIn(context);
  const authorization = secret === null ? undefined : readSecretFile(path(secret), context).toString('utf8').trim();
  if (authorization === '') throw new ConfigError('receive.authorization_file', 'the file is empty');
  try {
    return await LogReceiver.listen({ host, port, file: path(file), authorization });
  } catch (error) {
    throw listenError(error, { host, port }, 'receive.port') ?? error;
  }
}
