import { row, type ErrorRow } from './row';

/** How a token names its key. */
export const KEY_REFERENCE_ROWS = {
  MODI_KEY_REFERENCE: row(
    'token',
    'caller',
    'ModI ID_AUTH_REST_01 (SIC 5.3), RFC 8725 3.10',
    ['No accepted key reference', 'Nessun riferimento alla chiave ammesso'],
    [
      'the JOSE header must name the signer by one of {expected}; found {found}, which proves nothing here by itself',
      "l'header JOSE deve indicare il firmatario con uno fra {expected}; trovato {found}, che qui da solo non prova nulla",
    ],
  ),
  MODI_X5C_MALFORMED: row(
    'token',
    'caller',
    'RFC 7515 4.1.6',
    ['x5c is malformed', 'x5c non è ben formato'],
    [
      'x5c must be an array of certificates in base64 (not base64url) DER, signer first: {reason}',
      'x5c deve essere un array di certificati DER in base64 (non base64url), il firmatario per primo: {reason}',
    ],
  ),
  MODI_X5C_TOO_MANY: row(
    'token',
    'caller',
    'RFC 5280 6, RFC 8725 (resource limits)',
    ['Too many certificates in x5c', 'Troppi certificati in x5c'],
    [
      'x5c holds {found} certificates, at most {max} are accepted',
      'x5c contiene {found} certificati, ne sono ammessi al più {max}',
    ],
  ),
  MODI_X5T_MALFORMED: row(
    'token',
    'caller',
    'RFC 7515 4.1.8',
    ['x5t#S256 is malformed', 'x5t#S256 non è ben formato'],
    [
      'x5t#S256 must be the SHA-256 of the DER certificate in base64url, 43 characters',
      'x5t#S256 deve essere lo SHA-256 del certificato DER in base64url, 43 caratteri',
    ],
  ),
  MODI_KEY_REFERENCE_CONFLICT: row(
    'token',
    'caller',
    'RFC 7515 4.1.6-4.1.8',
    ['Key references disagree', 'I riferimenti alla chiave non concordano'],
    [
      'x5t#S256 is not the thumbprint of the first certificate of x5c',
      "x5t#S256 non è l'impronta del primo certificato di x5c",
    ],
  ),
} as const satisfies Record<string, ErrorRow>;
