import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import type { PlatformData, PlatformOptions, RunningPlatform } from '../../dev/platform';
import { PDND_FILES } from '../dev-keys';
import type { Context } from '../shell/context';
import { readSecretFile } from '../shell/input';
import type { Address } from './address';

interface SampleRequest {
  /** Where the dev keys are. */
  readonly directory: string;
  /** aud of the sample e-service. */
  readonly audience: string;
}

interface PlatformRequest extends SampleRequest {
  readonly listen: Address;
}

/** Starts the mock of the national platform, which knows the dev keys. Rejects with the system's error of the port. */
export async function openPlatform(request: PlatformRequest, context: Context): Promise<RunningPlatform> {
  const { startPlatform } = await import('../../dev/platform/index.js');
  const { host, port } = request.listen;
  return startPlatform({ data: await sampleData(request, context), host, port, onRefusal: tellRefusal(context) });
}

/**
 * What the sample of the mock holds.
 * @throws CliError CLI_FILE when the dev keys are not there.
 */
export async function sampleData({ directory, audience }: SampleRequest, context: Context): Promise<PlatformData> {
  const { samplePlatformData } = await import('../../dev/platform/index.js');
  const publicKey = (name: string): string =>
    createPublicKey(readSecretFile(join(directory, name), context))
      .export({ format: 'pem', type: 'spki' })
      .toString();
  return samplePlatformData({
    audience,
    clientKey: publicKey(PDND_FILES.client),
    apiClientKey: publicKey(PDND_FILES.gateway),
  });
}

/** Reasons of refused vouchers, of which callers learn nothing, go to stderr. */
export const tellRefusal =
  (context: Context): NonNullable<PlatformOptions['onRefusal']> =>
  ({ step, message }) => {
    context.say(`${context.errorStyle.warn('pdnd')}  ${step}: ${message}`);
  };
