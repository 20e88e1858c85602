import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Localized } from '../../core/errors';
import { newRsaPem } from '../../core/pki';
import type { DevFile } from './issue';

/** Keys that the mock platform knows: of the client that calls, and of the gateway's own client. */
export const PDND_FILES = { client: 'pdnd-client.key', gateway: 'pdnd-gateway.key' } as const;

/** The ids of the sample of the mock platform, which holds them in a room that the command line loads only to run it. */
export const MOCK_PLATFORM = {
  client: '22222222-0000-4000-8000-000000000001',
  purpose: '55555555-0000-4000-8000-000000000001',
  assertionAudience: 'auth.pdnd.localhost/client-assertion',
} as const;

/** Those of the keys that are not yet in `directory`: RSA, as the platform wants them. */
export function missingPdndKeys(directory: string): readonly DevFile[] {
  return (['client', 'gateway'] as const)
    .filter((name) => !existsSync(join(directory, PDND_FILES[name])))
    .map((name) => ({ name: PDND_FILES[name], text: newRsaPem(), secret: true, about: ABOUT[name] }));
}

const ABOUT: Readonly<Record<keyof typeof PDND_FILES, Localized>> = {
  client: {
    en: 'key of a client of the mock PDND, for modi call --pdnd',
    it: 'chiave di un client della PDND simulata, per modi call --pdnd',
  },
  gateway: {
    en: "key of the gateway's own client of the mock PDND",
    it: 'chiave del client del gateway presso la PDND simulata',
  },
};
