import type { KeyObject, X509Certificate } from 'node:crypto';
import { isPkcs12 } from '../pki';
import { readCertificates, readPrivateKey, SigningError } from '../sign';
import type { KeySources } from './key-sources';
import { openPkcs12 } from './pkcs12';
import type { KeySettings } from './types';

/** What the sources hold, not yet judged. */
export interface KeyMaterial {
  readonly key: KeyObject;
  /** Beside the key, else inside its file; possibly empty, in no particular order. */
  readonly certificates: readonly X509Certificate[];
  /** Named by a JWK. */
  readonly kid: string | undefined;
}

/** @throws SigningError for anything that is not what it should be. */
export function readMaterial(settings: Pick<KeySettings, 'format'>, sources: KeySources): KeyMaterial {
  const inside = readKeySource(settings, sources);
  if (sources.certificate === undefined) return inside;
  return { ...inside, certificates: readCertificates(sources.certificate) };
}

function readKeySource({ format }: Pick<KeySettings, 'format'>, { key: bytes, password }: KeySources): KeyMaterial {
  switch (format === 'auto' ? formatOf(bytes) : format) {
    case 'pkcs12':
      return { ...openPkcs12(bytes, password), kid: undefined };
    case 'jwk':
      return { key: readPrivateKey(bytes, password), ...besidesOfJwk(bytes) };
    case 'pem':
      return readPem(bytes, password);
  }
}

function formatOf(bytes: Buffer): 'pem' | 'jwk' | 'pkcs12' {
  if (isPkcs12(bytes)) return 'pkcs12';
  return bytes.toString('latin1').trimStart().startsWith('{') ? 'jwk' : 'pem';
}

const PRIVATE_KEY = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^]*?-----END \1-----/g;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----/;

/** Key and certificates may share a file, in any order. A DER file holds the key alone. */
function readPem(bytes: Buffer, password: string | undefined): KeyMaterial {
  const text = bytes.toString('latin1');
  const [block, ...more] = [...text.matchAll(PRIVATE_KEY)].map(([whole]) => whole);
  if (more.length > 0) {
    throw new SigningError('KEY_NOT_PRIVATE', `the file holds ${more.length + 1} private keys, exactly one is needed`);
  }
  const key = readPrivateKey(block === undefined ? bytes : Buffer.from(block, 'latin1'), password);
  return { key, certificates: CERTIFICATE.test(text) ? readCertificates(bytes) : [], kid: undefined };
}

/** RFC 7517 4.5 and 4.7: a JWK may name itself and carry its certificates. */
function besidesOfJwk(bytes: Buffer): Pick<KeyMaterial, 'certificates' | 'kid'> {
  const { kid, x5c } = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  const chain = Array.isArray(x5c) ? x5c.filter((one): one is string => typeof one === 'string') : [];
  return {
    certificates: chain.flatMap((one) => readCertificates(Buffer.from(one, 'base64'))),
    kid: typeof kid === 'string' && kid !== '' ? kid : undefined,
  };
}
