import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as Forge from 'node-forge';
import { SigningError } from '../sign';

/** The contents of a PKCS#12 container (RFC 7292), certificates in no particular order. */
export interface Container {
  readonly key: KeyObject;
  readonly certificates: readonly X509Certificate[];
}

const requireHere = createRequire(__filename);

/** PFX ::= SEQUENCE { version INTEGER {v3(3)}, ... }, in DER, or in BER with an indefinite length. */
export function isPkcs12(bytes: Buffer): boolean {
  if (bytes[0] !== 0x30) return false;
  const length = bytes[1] ?? 0;
  const content = 2 + (length > 0x80 ? length & 0x7f : 0);
  return bytes.subarray(content, content + 3).equals(Buffer.from([0x02, 0x01, 0x03]));
}

/**
 * Opens a PKCS#12 container: legacy (RC2, 3DES) and modern (AES, SHA-256) encryption, RSA and EC.
 *
 * The library is loaded at first use and does nothing but open the container, which is the operator's own file; keys and
 * certificates leave it as DER and are read, and used, by the platform alone.
 *
 * @throws SigningError KEY_UNREADABLE for a wrong password or another file, KEY_NOT_PRIVATE unless exactly one key is inside.
 */
export function openPkcs12(bytes: Buffer, password: string | undefined): Container {
  const forge = requireHere('node-forge') as typeof Forge;
  const bags = bagsOf(forge, bytes, password ?? '');
  const { shroudedKeys, keys, certificates } = bags;
  const all = [...shroudedKeys, ...keys];
  const [first] = all;
  if (first === undefined || all.length > 1) {
    throw new SigningError('KEY_NOT_PRIVATE', `the container holds ${all.length} private keys, exactly one is needed`);
  }
  try {
    return {
      key: createPrivateKey({ key: keyDer(forge, first), format: 'der', type: 'pkcs8' }),
      certificates: certificates.map((bag) => new X509Certificate(certificateDer(forge, bag))),
    };
  } catch (cause) {
    throw new SigningError('KEY_UNREADABLE', 'the container holds a key or a certificate that cannot be read', {
      cause,
    });
  }
}

function bagsOf(forge: typeof Forge, bytes: Buffer, password: string) {
  try {
    const container = forge.pkcs12.pkcs12FromAsn1(
      forge.asn1.fromDer(forge.util.createBuffer(bytes.toString('binary'))),
      false,
      password,
    );
    const of = (bagType: string): readonly Forge.pkcs12.Bag[] => container.getBags({ bagType })[bagType] ?? [];
    const { pkcs8ShroudedKeyBag = '', keyBag = '', certBag = '' } = forge.pki.oids;
    return { shroudedKeys: of(pkcs8ShroudedKeyBag), keys: of(keyBag), certificates: of(certBag) };
  } catch (cause) {
    throw new SigningError('KEY_UNREADABLE', 'the file is no PKCS#12 container that this password opens', { cause });
  }
}

/** The library knows RSA alone; what it does not know it hands over as it stood in the container. */
function keyDer(forge: typeof Forge, { key, asn1 }: Forge.pkcs12.Bag): Buffer {
  const known = key ?? undefined;
  return der(forge, known === undefined ? asn1 : forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(known)));
}

function certificateDer(forge: typeof Forge, { cert, asn1 }: Forge.pkcs12.Bag): Buffer {
  const known = cert ?? undefined;
  return der(forge, known === undefined ? asn1 : forge.pki.certificateToAsn1(known));
}

const der = (forge: typeof Forge, asn1: Forge.asn1.Asn1): Buffer =>
  Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary');
