import { array, string } from '../core/schema';

const patterns = (description: string) =>
  array({ description, len_min: 1, elements: string({ description: 'A text; * stands for any characters.' }) });

/** Conditions on a certificate, shared by all lists of parties. Of one field any entry may fit, of several fields all must. */
export const subjectFields = {
  organization_identifier: patterns('organizationIdentifier (2.5.4.97) of the certificate, as in CF:IT-80012000000.'),
  organizational_unit: patterns('An OU of the certificate, as in IPAIT-UO_AB12CD.'),
  common_name: patterns('CN of the certificate, where it has exactly one.'),
  alternative_name: patterns('An alternative name with its kind: DNS:, URI:, email: or IP: in front.'),
  subject: patterns('The whole subject on one line, as modi inspect prints it.'),
  issuer: patterns('The whole name of the issuer on one line, as modi inspect prints it.'),
  thumbprint: patterns('SHA-256 of the certificate in base64url, as in x5t#S256.'),
};
