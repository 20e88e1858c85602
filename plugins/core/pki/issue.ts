import { randomBytes, webcrypto, type KeyObject } from 'node:crypto';
import { extensionsOf, type StandardExtension } from './extensions';
import { newKeyPair, type KeyKind, type KeyPair } from './keys';
import { loadLibrary } from './library';
import { toPem, wholeSecond } from './encoding';
import { toSigningKey, type SignatureHash } from './signing-key';

/** The names of RFC 5280 4.2.1.3; nonRepudiation is also called contentCommitment. */
export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign';

export interface IssueOptions {
  /** `CN=x, O=y, 2.5.4.97=CF:IT-00000000000`: short names, or dotted object identifiers. */
  readonly subject: string;
  /** What key to make, or the pair to certify; EC-P256 when absent. */
  readonly key?: KeyKind | KeyPair;
  /** Absent: self-signed. */
  readonly issuer?: Issuer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly ca?: boolean;
  readonly pathLength?: number;
  /** keyCertSign and cRLSign of a CA, digitalSignature and nonRepudiation of others when absent. */
  readonly keyUsage?: readonly KeyUsage[];
  /** Dotted object identifiers. */
  readonly extendedKeyUsage?: readonly string[];
  /** Host names and IP addresses. */
  readonly subjectAltNames?: readonly string[];
  /** Hexadecimal; 16 random octets when absent. */
  readonly serialNumber?: string;
  /** Hash of the issuer's signature; the one of the key's strength when absent. */
  readonly hash?: SignatureHash;
  /** Standard extensions to leave out. */
  readonly without?: readonly StandardExtension[];
  /** Further extensions, as they shall be encoded. */
  readonly extensions?: readonly RawExtension[];
}

export interface RawExtension {
  readonly oid: string;
  readonly critical: boolean;
  /** What the extension's OCTET STRING holds. */
  readonly der: Buffer;
}

/** Who signs: a name and its key pair. */
export interface Issuer extends KeyPair {
  readonly subject: string;
}

export interface Issued extends Issuer {
  readonly der: Buffer;
  readonly pem: string;
  /** Hexadecimal, as a CRL names the certificate. */
  readonly serialNumber: string;
}

/** Issues an X.509 version 3 certificate (RFC 5280 4.1). Dates are cut to whole seconds. */
export async function issueCertificate(options: IssueOptions): Promise<Issued> {
  const x509 = loadLibrary();
  const { privateKey, publicKey } = await keyPairOf(options.key ?? 'EC-P256');
  const issuer = options.issuer ?? { subject: options.subject, privateKey, publicKey };
  const signer = await toSigningKey(issuer.privateKey, options.hash);
  const serialNumber = options.serialNumber ?? randomSerialNumber();
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber,
      subject: options.subject,
      issuer: issuer.subject,
      notBefore: wholeSecond(options.notBefore),
      notAfter: wholeSecond(options.notAfter),
      publicKey: spki(publicKey),
      signingKey: signer.key,
      signingAlgorithm: signer.algorithm,
      extensions: await extensionsOf(x509, options, publicKey, issuer.publicKey),
    },
    webcrypto,
  );
  const der = Buffer.from(certificate.rawData);
  return { subject: options.subject, privateKey, publicKey, serialNumber, der, pem: toPem('CERTIFICATE', der) };
}

const keyPairOf = async (key: KeyKind | KeyPair): Promise<KeyPair> => (typeof key === 'string' ? newKeyPair(key) : key);

const spki = (publicKey: KeyObject): Buffer => publicKey.export({ format: 'der', type: 'spki' });

/** RFC 5280 4.1.2.2: positive, at most 20 octets; the first bit is cleared so that no sign octet is added. */
function randomSerialNumber(): string {
  const octets = randomBytes(16);
  octets[0] = 0x40 | ((octets[0] ?? 0) & 0x3f);
  return octets.toString('hex');
}
