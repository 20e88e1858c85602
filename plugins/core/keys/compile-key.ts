import { createHash, createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { ConfigError } from '../schema';
import { compactSigner, keyReference, signingIdentity, SigningError, type SigningProblem } from '../sign';
import { orderedChain } from './chain';
import { originOf, type KeySources } from './key-sources';
import { readMaterial, type KeyMaterial } from './read-material';
import type { KeySettings, SigningKey } from './types';

/**
 * Makes a signing key of its sources, at `now` (seconds since the epoch). Guarantees that the key is strong enough, fits
 * the algorithm, belongs to its certificate, and that the certificate is valid now.
 *
 * @throws ConfigError naming field and source.
 */
export function compileKey(settings: KeySettings, sources: KeySources, now: number): SigningKey {
  try {
    const material = readMaterial(settings, sources);
    const certificates = material.certificates.length === 0 ? [] : orderedChain(material.key, material.certificates);
    const identity = signingIdentity(material.key, certificates, settings.algorithm ?? undefined);
    const named = referenceOf(settings, certificates, material);
    const jose = { alg: identity.algorithm, typ: 'JWT', ...named };
    const [own] = certificates;
    const validity = own === undefined ? FOR_EVER : validityOf(own);
    refuseOutside(validity, settings, own, now);
    return {
      signer: compactSigner(jose, identity.key),
      certificates,
      reference:
        own === undefined || 'kid' in named ? `kid:${String(named['kid'])}` : `x5t#S256:${certificateHash(own)}`,
      name: own === undefined ? (settings.kid ?? material.kid ?? 'key') : nameOf(own),
      ...validity,
    };
  } catch (error) {
    if (error instanceof SigningError) throw configErrorOf(error, settings);
    throw error;
  }
}

function referenceOf(
  { reference, kid }: KeySettings,
  certificates: readonly X509Certificate[],
  material: KeyMaterial,
): Readonly<Record<string, unknown>> {
  if (reference !== 'kid' && reference !== 'thumbprint') return keyReference(reference, certificates);
  const named = kid ?? material.kid ?? (reference === 'thumbprint' ? thumbprintOf(material.key) : undefined);
  if (named === undefined) throw new ConfigError('key.kid', 'key_reference kid needs the id of the key');
  return { kid: named };
}

/** RFC 7638 3: SHA-256 over the required members of the public key, in the order of their names. */
function thumbprintOf(key: KeyObject): string {
  const { crv, e, kty, n, x, y } = createPublicKey(key).export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ crv, e, kty, n, x, y })).digest('base64url');
}

const certificateHash = ({ raw }: X509Certificate): string => createHash('sha256').update(raw).digest('base64url');

interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

const FOR_EVER: Validity = { notBefore: -Infinity, notAfter: Infinity };

const validityOf = ({ validFrom, validTo }: X509Certificate): Validity => ({
  notBefore: Date.parse(validFrom) / 1000,
  notAfter: Date.parse(validTo) / 1000,
});

function refuseOutside(
  { notBefore, notAfter }: Validity,
  settings: KeySettings,
  own: X509Certificate | undefined,
  now: number,
): void {
  if (own === undefined || (now >= notBefore && now <= notAfter)) return;
  const { field, origin } = certificatePlace(settings);
  const problem = now > notAfter ? `expired at ${own.validTo}` : `is valid only from ${own.validFrom}`;
  throw new ConfigError(field, `the certificate ${nameOf(own)} in ${origin} ${problem}`);
}

const nameOf = ({ subject }: X509Certificate): string => subject.split('\n').join(', ');

const certificatePlace = ({ certificate, file }: KeySettings): { field: string; origin: string } =>
  certificate === null
    ? { field: 'key.file', origin: originOf(file) }
    : { field: 'key.certificate', origin: originOf(certificate) };

const OF_THE_CERTIFICATE: readonly SigningProblem[] = ['CERTIFICATE_UNREADABLE', 'CERTIFICATE_MISSING', 'KEY_MISMATCH'];

function configErrorOf(error: SigningError, settings: KeySettings): ConfigError {
  const { problem, message } = error;
  if (problem === 'ALGORITHM') return new ConfigError('algorithm', message, { cause: error });
  if (problem === 'CERTIFICATE_MISSING') {
    const words = `${message}; ${originOf(settings.file)} holds none`;
    return new ConfigError('key.certificate', words, { cause: error });
  }
  const { field, origin } = OF_THE_CERTIFICATE.includes(problem)
    ? certificatePlace(settings)
    : { field: 'key.file', origin: originOf(settings.file) };
  return new ConfigError(field, `${origin}: ${message}`, { cause: error });
}
