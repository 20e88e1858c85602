import type { Extension, X509Certificate } from '@peculiar/x509';
import { loadLibrary, type X509Library } from '../pki';

/** A certificate as the library reads it, its extensions not yet decoded. */
export interface OpenCertificate {
  readonly library: X509Library;
  readonly certificate: X509Certificate;
  readonly extensions: readonly Extension[];
}

/** Real certificates nest less than 15 levels and hold about 200 nodes. */
const PARSE_LIMITS = { berOptions: { maxDepth: 32, maxNodes: 4000 } };

/**
 * Opens a certificate with the library. Its own list of extensions decodes all of them at once, and fails on
 * alternative names of kinds it does not know, which real certificates have: here they come undecoded.
 *
 * @throws Error of the library for what it cannot read.
 */
export function openCertificate(der: Buffer): OpenCertificate {
  opener ??= openerOf(loadLibrary());
  return opener(der);
}

let opener: ((der: Buffer) => OpenCertificate) | undefined;

function openerOf(library: X509Library): (der: Buffer) => OpenCertificate {
  class UndecodedCertificate extends library.X509Certificate {
    undecodedExtensions(): Extension[] {
      const { extensions } = this.asn.tbsCertificate;
      return (
        extensions?.map(
          ({ extnID, critical, extnValue }) => new library.Extension(extnID, critical, extnValue.buffer),
        ) ?? []
      );
    }
  }
  return (der) => {
    const certificate = new UndecodedCertificate(der, PARSE_LIMITS);
    return { library, certificate, extensions: certificate.undecodedExtensions() };
  };
}
