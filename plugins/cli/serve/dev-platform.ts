import { dirname, resolve } from 'node:path';
import type { PlatformData, RunningPlatform } from '../../dev/platform';
import { missingPdndKeys, writeDevKeys } from '../dev-keys';
import { CliError } from '../shell/cli-error';
import type { OptionDeclaration } from '../shell/command';
import type { Context } from '../shell/context';
import { readFile } from '../shell/input';
import type { Values } from '../shell/values';
import { addressText, callableAddress, listenError, readAddress, type Address } from './address';
import { sampleData, tellRefusal } from './platform';

const LISTEN = '127.0.0.1:9002';
/** Path of the e-service of the sample, below the gateway's address. */
const SERVICE = '/rest/pdnd/v1';
const KEYS = '.modi';

/** The mock platform beside the gateway. */
export const PLATFORM_OPTIONS: readonly OptionDeclaration[] = [
  {
    flags: '--pdnd [FILE]',
    about: {
      en: 'run a mock of the PDND beside it, with the organisations, clients and e-services of FILE (default: a sample)',
      it: 'esegue accanto una PDND simulata, con enti, client ed e-service di FILE (predefinito: un esempio)',
    },
  },
  {
    flags: '--pdnd-listen <ADDRESS>',
    about: {
      en: `where the mock PDND listens (default: ${LISTEN})`,
      it: `dove ascolta la PDND simulata (predefinito: ${LISTEN})`,
    },
  },
];

/**
 * Starts the mock platform that --pdnd asks for; undefined without --pdnd. Reasons of refused vouchers, of which callers
 * learn nothing, go to stderr.
 *
 * @throws CliError CLI_FILE, CLI_CONFIG for data that cannot be, CLI_PORT_TAKEN.
 */
export async function openDevPlatform(
  values: Values,
  gateway: Address,
  context: Context,
): Promise<RunningPlatform | undefined> {
  const file = values.string('pdnd');
  if (file === undefined && !values.flag('pdnd')) return undefined;
  const { PlatformDataError, startPlatform } = await import('../../dev/platform/index.js');
  const listen = readAddress(values.string('pdndListen') ?? LISTEN, '--pdnd-listen');
  try {
    const data = file === undefined ? await ownSample(gateway, context) : await dataOf(file, context);
    const { host, port } = listen;
    return await startPlatform({ data, host, port, onRefusal: tellRefusal(context) });
  } catch (cause) {
    if (cause instanceof PlatformDataError) {
      const text = `${file ?? KEYS}: ${cause.message}`;
      throw new CliError('CLI_CONFIG', { en: text, it: text }, { cause });
    }
    throw listenError(cause, listen, '--pdnd-listen') ?? cause;
  }
}

/** Paths of keys in the data are relative to the file. */
async function dataOf(file: string, context: Context): Promise<PlatformData> {
  const { readPlatformData } = await import('../../dev/platform/index.js');
  const text = readFile(file, context).toString('utf8');
  return readPlatformData(text, (path) => readFile(resolve(context.host.cwd, dirname(file), path), context).toString());
}

/** The sample's keys are made where they are not there. */
function ownSample(gateway: Address, context: Context): Promise<PlatformData> {
  const directory = resolve(context.host.cwd, KEYS);
  writeDevKeys(missingPdndKeys(directory), directory, false);
  const audience = `http://${addressText(callableAddress(gateway))}${SERVICE}`;
  return sampleData({ directory: KEYS, audience }, context);
}
