import type { CertificateIssuer, CertificateLink } from '../revocation';
import type { Certificate } from './certificate';
import { contentsOf, KEY_USAGE } from './contents';

/** Every certificate of a path but the anchor, which nobody above could revoke, with the issuer that the path found. */
export function linksOf(path: readonly Certificate[]): readonly CertificateLink[] {
  return path.flatMap((certificate, index) => {
    const issuer = path[index + 1];
    return issuer === undefined ? [] : [linkTo(certificate, issuerOf(issuer))];
  });
}

/**
 * A pinned certificate is believed as such, and taking it off the list ends that. Where an anchor has issued it, the
 * anchor's lists count as well.
 */
export function linksOfPinned(
  pinned: Certificate,
  anchorsBySubject: ReadonlyMap<string, readonly Certificate[]>,
): readonly CertificateLink[] {
  const issuer = anchorsBySubject
    .get(pinned.issuer)
    ?.find(
      ({ key, thumbprint }) =>
        thumbprint !== pinned.thumbprint && key.type !== 'unacceptable' && pinned.x509.verify(key.key),
    );
  return issuer === undefined ? [] : [linkTo(pinned, issuerOf(issuer))];
}

/** A certificate to be asked about, and who issued it. */
export function linkTo(certificate: Certificate, issuer: CertificateIssuer): CertificateLink {
  const { basicConstraints, distributionPoints, issuerName, responders, serial } = contentsOf(certificate);
  return {
    subject: certificate.subject === '' ? `serial number ${certificate.serial}` : certificate.subject,
    serial,
    issuerName,
    isAuthority: basicConstraints?.ca === true,
    distributionPoints,
    responders,
    issuer,
  };
}

/** Who may sign lists: RFC 5280 6.3.3 (f) asks for cRLSign where there is a key usage at all. */
export function issuerOf(certificate: Certificate): CertificateIssuer {
  const { subjectName, keyUsage } = contentsOf(certificate);
  return {
    name: subjectName,
    thumbprint: certificate.thumbprint,
    key: certificate.x509.publicKey,
    maySignLists: keyUsage === undefined || (keyUsage & KEY_USAGE.cRLSign) !== 0,
  };
}
