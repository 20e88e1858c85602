import type { Extension, X509Certificate } from '@peculiar/x509';
import { LRUCache } from 'lru-cache';
import { distributionPointsOf, respondersOf, serialOf } from '../revocation';
import { CertificateFormatError, type Certificate } from './certificate';
import { openCertificate, type OpenCertificate } from './open-certificate';

/** What a certificate says beyond the platform's reading of it. */
export interface Contents {
  /** The names as their DER in hexadecimal: RFC 5280 4.1.2.4 has issuers repeat their subject byte by byte. */
  readonly subjectName: string;
  readonly issuerName: string;
  /** Content of the serial number's INTEGER, zeros in front left out. */
  readonly serial: Buffer;
  /** Attribute 2.5.4.97 of the subject, where there is exactly one. */
  readonly organizationIdentifier: string | undefined;
  /** CN of the subject, where there is exactly one. */
  readonly commonName: string | undefined;
  readonly organizationalUnits: readonly string[];
  /** As the library names it: SHA-256, or the identifier of an algorithm it does not know. */
  readonly signatureHash: string;
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | undefined } | undefined;
  /** Bits of RFC 5280 4.2.1.3, see KEY_USAGE. */
  readonly keyUsage: number | undefined;
  readonly extendedKeyUsage: readonly string[] | undefined;
  readonly nameConstraints: boolean;
  /** URIs of the lists that would name it when revoked: which partition it belongs to. Never fetched. */
  readonly distributionPoints: readonly string[];
  /** URIs of the OCSP responders that it names. Asked only where the configuration allows. */
  readonly responders: readonly string[];
  /** Whether its issuer says that it need not be asked about (RFC 6960 4.2.2.2.1). */
  readonly needsNoCheck: boolean;
  /** Object identifiers of critical extensions that no rule here honours. */
  readonly unknownCritical: readonly string[];
}

export const KEY_USAGE = { digitalSignature: 1, nonRepudiation: 2, keyCertSign: 32, cRLSign: 64 } as const;

const ORGANIZATION_IDENTIFIER = '2.5.4.97';

const OID = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  certificatePolicies: '2.5.29.32',
  extendedKeyUsage: '2.5.29.37',
} as const;

/** Looked at, and asking nothing: a critical one would want its sources to be used, whatever the configuration says. */
const CRL_DISTRIBUTION_POINTS = '2.5.29.31';
const AUTHORITY_INFO_ACCESS = '1.3.6.1.5.5.7.1.1';
const OCSP_NO_CHECK = '1.3.6.1.5.5.7.48.1.5';

/** Policies and alternative names ask nothing of us: every policy is acceptable here, and no alternative name is used. */
const HONOURED: ReadonlySet<string> = new Set(Object.values(OID));

/** Enough for every signer of a large exchange; an entry weighs about a kilobyte. */
const remembered = new LRUCache<string, Contents>({ max: 2000 });

/**
 * Reads the extensions and names of a certificate.
 *
 * To be called only for certificates that somebody trusted has signed or configured: reading them costs ten times the
 * platform's parse, and the reader is written for well-meant input. So strangers can neither make it work nor flush
 * what it remembers.
 *
 * @throws CertificateFormatError when an extension cannot be read or stands twice (RFC 5280 4.2).
 */
export function contentsOf(certificate: Certificate): Contents {
  const known = remembered.get(certificate.thumbprint);
  if (known !== undefined) return known;
  const contents = readContents(certificate);
  remembered.set(certificate.thumbprint, contents);
  return contents;
}

function readContents(certificate: Certificate): Contents {
  try {
    return { ...contentsBy(openCertificate(certificate.x509.raw)), serial: serialOf(certificate.x509.raw) };
  } catch (error) {
    if (error instanceof CertificateFormatError) throw error;
    throw new CertificateFormatError('has names or extensions that cannot be read', { cause: error });
  }
}

function contentsBy({ library, certificate, extensions }: OpenCertificate): Omit<Contents, 'serial'> {
  const byType = indexed(extensions);
  const basicConstraints = decoded(byType, OID.basicConstraints, library.BasicConstraintsExtension);
  return {
    subjectName: Buffer.from(certificate.subjectName.toArrayBuffer()).toString('hex'),
    issuerName: Buffer.from(certificate.issuerName.toArrayBuffer()).toString('hex'),
    organizationIdentifier: only(certificate.subjectName.getField(ORGANIZATION_IDENTIFIER)),
    commonName: only(certificate.subjectName.getField('CN')),
    organizationalUnits: certificate.subjectName.getField('OU'),
    signatureHash: hashOf(certificate),
    basicConstraints: basicConstraints && { ca: basicConstraints.ca, pathLength: basicConstraints.pathLength },
    keyUsage: bitsOf(decoded(byType, OID.keyUsage, library.KeyUsagesExtension)?.usages),
    extendedKeyUsage: decoded(byType, OID.extendedKeyUsage, library.ExtendedKeyUsageExtension)?.usages.map(String),
    nameConstraints: byType.has(OID.nameConstraints),
    distributionPoints: read(byType.get(CRL_DISTRIBUTION_POINTS), distributionPointsOf),
    responders: read(byType.get(AUTHORITY_INFO_ACCESS), respondersOf),
    needsNoCheck: byType.has(OCSP_NO_CHECK),
    unknownCritical: extensions.filter(isUnknownCritical).map(({ type }) => type),
  };
}

function indexed(extensions: readonly Extension[]): ReadonlyMap<string, Extension> {
  const byType = new Map(extensions.map((extension) => [extension.type, extension]));
  if (byType.size !== extensions.length) throw new CertificateFormatError('has the same extension twice');
  return byType;
}

function decoded<E extends Extension>(
  extensions: ReadonlyMap<string, Extension>,
  oid: string,
  type: new (raw: ArrayBuffer) => E,
): E | undefined {
  const extension = extensions.get(oid);
  return extension && new type(extension.rawData);
}

const read = (extension: Extension | undefined, reader: (value: Buffer) => readonly string[]): readonly string[] =>
  extension === undefined ? [] : reader(Buffer.from(extension.value));

/** The library makes NaN of an empty bit string, which allows nothing. */
const bitsOf = (usages: number | undefined): number | undefined => (Number.isNaN(usages) ? 0 : usages);

const isUnknownCritical = ({ type, critical }: Extension): boolean => critical && !HONOURED.has(type);

/** Two identifiers identify nobody. */
const only = (values: readonly string[]): string | undefined => (values.length === 1 ? values[0] : undefined);

/** Unknown algorithms come without hash, named by their identifier. */
function hashOf({ signatureAlgorithm }: X509Certificate): string {
  const { name, hash } = signatureAlgorithm as { name: string; hash?: { name: string } };
  return hash?.name ?? name;
}
