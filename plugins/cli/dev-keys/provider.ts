import type { Localized } from '../../core/errors';
import { issueCertificate, type Issued } from '../../core/pki';
import { PROVIDER, PROVIDER_FILES, subjectOf } from './cast';
import { date, DAY, makeAuthority, pair, type DevFile, type Validity } from './issue';

/** The key and the certificate that `modi-sign` signs the answers of the sample with. */
export async function issueProvider(issuer: Issued, validity: Validity): Promise<readonly DevFile[]> {
  const issued = await issueCertificate({ subject: subjectOf(PROVIDER), key: PROVIDER.key, issuer, ...validity });
  return pair(PROVIDER_FILES.certificate.replace(/\.pem$/, ''), issued, PROVIDER.about);
}

/**
 * A provider for keys that were made before there was one. Nobody has the key of their authority any more, so that the
 * provider comes with an authority of its own; its key is thrown away as well. All end with the keys that are there.
 */
export async function makeMissingProvider(now: number, notAfter: number): Promise<readonly DevFile[]> {
  const authority = await makeAuthority('Local development CA of the provider', now, notAfter);
  const validity = { notBefore: date(now - DAY / 24), notAfter: date(notAfter) };
  return [
    { name: PROVIDER_FILES.authority, text: authority.pem, secret: false, about: AUTHORITY },
    ...(await issueProvider(authority, validity)),
  ];
}

const AUTHORITY: Localized = { en: 'the authority of provider.pem', it: "l'autorità di provider.pem" };
