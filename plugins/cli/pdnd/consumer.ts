import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pdndAddresses, type PdndEnvironment } from '../../core/pdnd';
import { readPrivateKey, SigningError, type SignatureAlgorithm } from '../../core/sign';
import { MOCK_PLATFORM, PDND_FILES } from '../dev-keys';
import { readUrl } from '../request';
import { CliError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import { readSecretFile } from '../shell/input';
import type { Values } from '../shell/values';

/** A client of the national platform, and where the platform is. */
export interface Consumer {
  readonly clientId: string;
  readonly purposeId: string;
  readonly key: KeyObject;
  readonly kid: string;
  readonly algorithm: SignatureAlgorithm;
  readonly tokenUri: URL;
  readonly assertionAudience: string;
}

/** Who calls, as the options say: by default the client that the mock platform of `modi start` knows. */
export function readConsumer(values: Values, context: Context): Consumer {
  const key = readKey(values, context);
  const environment = values.string('environment') as PdndEnvironment | undefined;
  const addresses = environment === undefined ? mockAddresses(values) : pdndAddresses(environment, 'v3');
  return {
    clientId: values.string('clientId') ?? MOCK_PLATFORM.client,
    purposeId: values.string('purpose') ?? MOCK_PLATFORM.purpose,
    key,
    kid: values.string('kid') ?? thumbprint(key),
    algorithm: 'RS256',
    tokenUri: readUrl(addresses.tokenUri, '--platform'),
    assertionAudience: addresses.assertionAudience,
  };
}

function mockAddresses(values: Values): { readonly tokenUri: string; readonly assertionAudience: string } {
  const base = readUrl(values.string('platform') ?? '', '--platform').href.replace(/\/$/, '');
  return { tokenUri: `${base}/token.oauth2`, assertionAudience: MOCK_PLATFORM.assertionAudience };
}

function readKey(values: Values, context: Context): KeyObject {
  const path = values.string('key') ?? join(values.string('dir') ?? '.modi', PDND_FILES.client);
  if (values.string('key') === undefined && !existsSync(resolve(context.host.cwd, path))) throw noKey(path);
  try {
    const key = readPrivateKey(readSecretFile(path, context));
    if (key.asymmetricKeyType !== 'rsa') throw new SigningError('KEY_TYPE', 'the PDND takes RSA keys only');
    return key;
  } catch (cause) {
    if (!(cause instanceof SigningError)) throw cause;
    throw new CliError(
      'CLI_KEY',
      { en: `${path}: ${cause.message}`, it: `${path}: non è una chiave privata RSA leggibile` },
      { cause },
    );
  }
}

/** RFC 7638, which is what the platform calls an uploaded key. */
function thumbprint(key: KeyObject): string {
  const { e, kty, n } = createPublicKey(key).export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');
}

const noKey = (path: string) =>
  new CliError('CLI_FILE', {
    en: `no key of a PDND client in ${path}; modi start makes one, or give --key`,
    it: `nessuna chiave di un client PDND in ${path}; modi start ne crea una, oppure indicare --key`,
  });
