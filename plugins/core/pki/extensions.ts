import { isIP } from 'node:net';
import { webcrypto, type KeyObject } from 'node:crypto';
import type { Extension } from '@peculiar/x509';
import type { IssueOptions, KeyUsage } from './issue';
import type { X509Library } from './library';

/** The extensions of RFC 5280 4.2 that the options ask for, then the raw ones, in this order. */
export async function extensionsOf(
  x509: X509Library,
  options: IssueOptions,
  subjectKey: KeyObject,
  issuerKey: KeyObject,
): Promise<Extension[]> {
  const wanted = (name: StandardExtension) => options.without?.includes(name) !== true;
  return [
    ...(wanted('basicConstraints') ? [basicConstraints(x509, options)] : []),
    ...(wanted('keyUsage') ? [keyUsage(x509, options)] : []),
    ...(options.extendedKeyUsage ? [new x509.ExtendedKeyUsageExtension([...options.extendedKeyUsage])] : []),
    ...(options.subjectAltNames ? [subjectAltNames(x509, options.subjectAltNames)] : []),
    ...(wanted('keyIdentifiers') ? await keyIdentifiers(x509, subjectKey, issuerKey) : []),
    ...(options.extensions ?? []).map(({ oid, critical, der }) => new x509.Extension(oid, critical, der)),
  ];
}

export type StandardExtension = 'basicConstraints' | 'keyUsage' | 'keyIdentifiers';

function basicConstraints(x509: X509Library, { ca = false, pathLength }: IssueOptions): Extension {
  return new x509.BasicConstraintsExtension(ca, pathLength, true);
}

function keyUsage(x509: X509Library, { ca = false, keyUsage: usages }: IssueOptions): Extension {
  const names = usages ?? (ca ? CA_USAGE : SIGNER_USAGE);
  const flags: number = names.reduce((bits, name) => bits | x509.KeyUsageFlags[name], 0);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- a union of flags is no member of the enum
  return new x509.KeyUsagesExtension(flags, true);
}

const CA_USAGE: readonly KeyUsage[] = ['keyCertSign', 'cRLSign'];
const SIGNER_USAGE: readonly KeyUsage[] = ['digitalSignature', 'nonRepudiation'];

function subjectAltNames(x509: X509Library, names: readonly string[]): Extension {
  return new x509.SubjectAlternativeNameExtension(
    names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
  );
}

async function keyIdentifiers(x509: X509Library, subject: KeyObject, issuer: KeyObject): Promise<Extension[]> {
  const subjectKeyIdentifier = new x509.SubjectKeyIdentifierExtension(await keyIdentifier(x509, subject));
  return [subjectKeyIdentifier, await authorityKeyIdentifier(x509, issuer)];
}

/** Names the issuer's key by the hash of RFC 5280 4.2.1.2 (1). */
export async function authorityKeyIdentifier(x509: X509Library, issuer: KeyObject): Promise<Extension> {
  return new x509.AuthorityKeyIdentifierExtension(await keyIdentifier(x509, issuer));
}

async function keyIdentifier(x509: X509Library, key: KeyObject): Promise<string> {
  const identifier = await new x509.PublicKey(key.export({ format: 'der', type: 'spki' })).getKeyIdentifier(webcrypto);
  return Buffer.from(identifier).toString('hex');
}
