import { ConfigError } from '../../core/schema';
import { CliError } from './cli-error';

/**
 * Does what the plugins' own code does with a configuration; `place` stands in front of what it complains about.
 *
 * @throws CliError CLI_CONFIG for a ConfigError.
 */
export function configured<T>(place: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CliError('CLI_CONFIG', { en: place + error.message, it: place + error.message }, { cause: error });
  }
}
