import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import type { RunningPlatform } from '../../dev/platform';
import { PDND_FILES } from '../dev-keys';
import type { Context } from '../shell/context';
import { readSecretFile } from '../shell/input';
import type { Address } from './address';

interface PlatformRequest {
  readonly listen: Address;
  /** Where the dev keys are. */
  readonly directory: string;
  /** aud of the sample e-service. */
  readonly audience: string;
}

/** Starts the mock of the national platform, which knows the dev keys. Rejects with the system's error of the port. */
export async function openPlatform(request: PlatformRequest, context: Context): Promise<RunningPlatform> {
  const { samplePlatformData, startPlatform } = await import('../../dev/platform/index.js');
  const publicKey = (name: string): string =>
    createPublicKey(readSecretFile(join(request.directory, name), context))
      .export({ format: 'pem', type: 'spki' })
      .toString();
  return startPlatform({
    data: samplePlatformData({
      audience: request.audience,
      clientKey: publicKey(PDND_FILES.client),
      apiClientKey: publicKey(PDND_FILES.gateway),
    }),
    host: request.listen.host,
    port: request.listen.port,
    onRefusal: ({ step, message }) => {
      context.say(`${context.errorStyle.warn('pdnd')}  ${step}: ${message}`);
    },
  });
}
