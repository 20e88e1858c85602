import type * as Forge from 'node-forge';
import { forgeForOne, RoundsError } from './forge';

/** What a PKCS#12 container (RFC 7292) holds, as DER: keys as PKCS#8, certificates in no particular order. */
export interface ContainerContents {
  readonly keys: readonly Buffer[];
  readonly certificates: readonly Buffer[];
}

/** The bytes are no container that this password opens. */
export class ContainerError extends Error {
  override readonly name = 'ContainerError';
}

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
 * @throws ContainerError for a wrong password, another file, and one that would keep this process busy for long.
 */
export function readContainer(bytes: Buffer, password: string | undefined): ContainerContents {
  const forge = forgeForOne();
  try {
    const container = forge.pkcs12.pkcs12FromAsn1(
      forge.asn1.fromDer(forge.util.createBuffer(bytes.toString('binary'))),
      false,
      password ?? '',
    );
    const of = (bagType: string): readonly Forge.pkcs12.Bag[] => container.getBags({ bagType })[bagType] ?? [];
    const { pkcs8ShroudedKeyBag = '', keyBag = '', certBag = '' } = forge.pki.oids;
    return {
      keys: [...of(pkcs8ShroudedKeyBag), ...of(keyBag)].map((bag) => keyDer(forge, bag)),
      certificates: of(certBag).map((bag) => certificateDer(forge, bag)),
    };
  } catch (cause) {
    if (cause instanceof RoundsError) throw new ContainerError(cause.message, { cause });
    throw new ContainerError('is no PKCS#12 container that this password opens', { cause });
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
