import { createHash, createPublicKey, X509Certificate, type JsonWebKey, type KeyObject } from 'node:crypto';
import { orderedChain, readMaterial, readSources, type KeySettings } from '../../keys';
import { ConfigError } from '../../schema';
import { compactSigner, signingIdentity, SigningError, type CompactSigner } from '../../sign';

/** A key as the chain itself names it: with its certificates, or bare. */
export interface StatedSigner {
  /** x5t#S256 of the certificate, else the kid: what a checkpoint calls its key. */
  readonly id: string;
  /** DER in base64, signer first. */
  readonly certificates?: readonly string[];
  /** Public JWK of a key without certificate. */
  readonly jwk?: Readonly<Record<string, unknown>>;
}

/** The organisation's key, ready to seal checkpoints. */
export interface ChainSigner {
  readonly stated: StatedSigner;
  readonly signer: CompactSigner;
}

/** Which key signs checkpoints: the words of `modi-sign`. */
export type ChainKeySettings = Omit<KeySettings, 'reference'>;

/** `typ` of a checkpoint: no token of ModI has it, so neither can be taken for the other. */
export const CHECKPOINT_TYPE = 'modi-checkpoint+jws';

/**
 * Reads the key that seals the chain. A key with a certificate is named by its thumbprint, one without by its kid, by
 * default the thumbprint of RFC 7638.
 *
 * @throws ConfigError naming the field, when there is no key that can sign.
 */
export function openSigner(settings: ChainKeySettings): ChainSigner {
  try {
    const { key, certificates, kid } = readMaterial(settings, readSources({ ...settings, reference: 'kid' }));
    const chain = certificates.length === 0 ? [] : orderedChain(key, certificates);
    const identity = signingIdentity(key, chain, settings.algorithm ?? undefined);
    const stated = stateSigner(key, chain, settings.kid ?? kid);
    const name = chain.length === 0 ? { kid: stated.id } : { 'x5t#S256': stated.id };
    return { stated, signer: compactSigner({ alg: identity.algorithm, typ: CHECKPOINT_TYPE, ...name }, key) };
  } catch (error) {
    if (error instanceof SigningError) throw new ConfigError('chain.key', error.message, { cause: error });
    throw error;
  }
}

function stateSigner(key: KeyObject, chain: readonly X509Certificate[], kid: string | undefined): StatedSigner {
  const [own] = chain;
  if (own !== undefined) {
    return { id: thumbprintOf(own), certificates: chain.map(({ raw }) => raw.toString('base64')) };
  }
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  return { id: kid ?? jwkThumbprint(jwk), jwk: { ...jwk } };
}

const thumbprintOf = ({ raw }: X509Certificate): string => createHash('sha256').update(raw).digest('base64url');

/** RFC 7638 3: the members that a key of its kind must have, in the order of their names. */
function jwkThumbprint({ crv, e, kty, n, x, y }: JsonWebKey): string {
  const required = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y };
  return createHash('sha256').update(JSON.stringify(required)).digest('base64url');
}

/** What a verifier computes with. */
export interface OpenedSigner {
  readonly key: KeyObject;
  /** Signer first; empty for a bare key. */
  readonly certificates: readonly X509Certificate[];
  /** What reports call it. */
  readonly name: string;
}

/**
 * The key that a chain states, for reading. Stating makes nobody trusted.
 * @throws Error when it is no key, or the id is not the one of the certificate.
 */
export function openStated({ id, certificates = [], jwk }: StatedSigner): OpenedSigner {
  const chain = certificates.map((text) => new X509Certificate(Buffer.from(text, 'base64')));
  const [own] = chain;
  if (own !== undefined) {
    if (thumbprintOf(own) !== id) throw new Error('the certificate is not the one that the id names');
    return { key: own.publicKey, certificates: chain, name: own.subject.split('\n').join(', ') };
  }
  return { key: createPublicKey({ key: { ...jwk }, format: 'jwk' }), certificates: [], name: `key ${id}` };
}
