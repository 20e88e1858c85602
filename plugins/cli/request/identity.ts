import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { orderedChain, readMaterial, type KeyMaterial } from '../../core/keys';
import {
  readCertificates,
  signingIdentity,
  SigningError,
  type SignatureAlgorithm,
  type SigningIdentity,
  type SigningProblem,
} from '../../core/sign';
import { CLIENTS, clientFiles, isClientName } from '../dev-keys';
import { CliError, usageError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import { readFile, readSecretFile } from '../shell/input';
import type { Values } from '../shell/values';

/** Who signs, and what its tokens say of it unless told otherwise. */
export interface Signer {
  readonly identity: SigningIdentity;
  readonly issuer?: string;
  readonly subject?: string;
  readonly clientId?: string;
}

/** The signer that the options name: a key with its certificate, beside it or inside, or a client of the dev keys. */
export function loadSigner(values: Values, context: Context): Signer {
  const key = values.string('key');
  const certificate = values.string('cert');
  if (key === undefined && certificate !== undefined) throw certificateAlone();
  if (key === undefined) return devClient(values, context);
  return {
    identity: identityFrom({ key, certificates: certificate === undefined ? [] : [certificate] }, values, context),
  };
}

function devClient(values: Values, context: Context): Signer {
  const name = values.string('client') ?? 'ec';
  if (!isClientName(name)) throw usageError(`no dev client "${name}"`, `nessun client di sviluppo "${name}"`);
  const directory = values.string('dir') ?? '.modi';
  const files = clientFiles(name);
  const key = join(directory, files.key);
  if (!existsSync(resolve(context.host.cwd, key))) throw noDevKeys(directory);
  const { organization, application } = CLIENTS[name];
  const issuer = organization.toLowerCase().replaceAll(' ', '-');
  return {
    identity: identityFrom(
      { key, certificates: [join(directory, files.certificate), ...authorityOf(name, directory)] },
      values,
      context,
    ),
    issuer,
    subject: application,
    clientId: `${issuer}/${application}`,
  };
}

/** x5c_chain of a dev client is client and authority; of the untrusted one nobody knows the authority. */
const authorityOf = (name: string, directory: string): readonly string[] =>
  name === 'untrusted' ? [] : [join(directory, 'ca.pem')];

interface IdentityFiles {
  readonly key: string;
  /** None: they are in the key's file. */
  readonly certificates: readonly string[];
}

function identityFrom({ key, certificates }: IdentityFiles, values: Values, context: Context): SigningIdentity {
  const password = passwordFrom(values, context);
  const keyBytes = readSecretFile(key, context);
  const certificateBytes = certificates.map((path) => readFile(path, context));
  try {
    const material = readMaterial({ format: 'auto' }, { key: keyBytes, certificate: undefined, password });
    const beside = certificateBytes.flatMap(readCertificates);
    const chain = beside.length > 0 ? beside : orderedInside(material, key);
    return signingIdentity(material.key, chain, values.string('algorithm') as SignatureAlgorithm | undefined);
  } catch (error) {
    if (error instanceof SigningError) throw keyError(error, key);
    throw error;
  }
}

function passwordFrom(values: Values, context: Context): string | undefined {
  const file = values.string('passwordFile');
  return file === undefined
    ? undefined
    : readFile(file, context)
        .toString('utf8')
        .replace(/\r?\n$/, '');
}

/** A container or a PEM holds certificates in any order. */
function orderedInside({ key, certificates }: KeyMaterial, path: string): SigningIdentity['certificates'] {
  if (certificates.length === 0) throw noCertificate(path);
  return orderedChain(key, certificates);
}

const keyError = (error: SigningError, path: string): CliError =>
  new CliError(
    'CLI_KEY',
    { en: `${path}: ${error.message}`, it: `${path}: ${ITALIAN[error.problem]}` },
    { cause: error },
  );

const ITALIAN: Readonly<Record<SigningProblem, string>> = {
  KEY_UNREADABLE:
    'non è una chiave privata PEM, DER (PKCS#8), JWK o PKCS#12 leggibile; se è cifrata, indicare --password-file',
  KEY_NOT_PRIVATE: 'contiene un certificato o una chiave pubblica, serve la chiave privata',
  KEY_TYPE: 'serve una chiave RSA oppure EC P-256, P-384, P-521',
  KEY_WEAK: 'la chiave RSA ha meno di 2048 bit',
  KEY_MISMATCH: 'la chiave non corrisponde al certificato',
  ALGORITHM: "l'algoritmo scelto non è adatto alla chiave",
  CERTIFICATE_UNREADABLE: 'nessun certificato PEM o DER leggibile',
  CERTIFICATE_MISSING: 'manca il certificato del firmatario',
  HEADER_MISSING: "un'intestazione da firmare non è nella richiesta",
};

const certificateAlone = () =>
  usageError(
    '--cert needs --key: the certificate names the key that signs',
    '--cert richiede --key: il certificato indica la chiave che firma',
  );

const noCertificate = (path: string) =>
  usageError(
    `${path} holds no certificate, and the token names one: give --cert`,
    `${path} non contiene certificati, e il token ne indica uno: indicare --cert`,
  );

const noDevKeys = (directory: string) =>
  new CliError('CLI_FILE', {
    en: `no dev keys in ${directory}; make them with: modi keygen --dev, or sign with --key and --cert`,
    it: `nessuna chiave di sviluppo in ${directory}; crearle con: modi keygen --dev, o firmare con --key e --cert`,
  });
