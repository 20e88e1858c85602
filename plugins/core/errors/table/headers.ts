import { row, type ErrorRow } from './row';

/** The headers that carry the tokens. */
export const HEADER_ROWS = {
  MODI_AUTHORIZATION_MISSING: row(
    401,
    'caller',
    'ModI ID_AUTH_REST_01/02 (SIC 5.3), RFC 6750 2.1',
    ['Authorization token missing', 'Token di autorizzazione mancante'],
    [
      'send the signed token as "Authorization: Bearer <JWS>"',
      'inviare il token firmato come "Authorization: Bearer <JWS>"',
    ],
  ),
  MODI_AUTHORIZATION_DUPLICATE: row(
    401,
    'caller',
    'RFC 9110 5.3, ModI ID_AUTH_REST_01 (SIC 5.3 step 6)',
    ['More than one Authorization header', "Più di un'intestazione Authorization"],
    [
      'the request carries {count} Authorization headers, exactly one is accepted',
      'la richiesta porta {count} intestazioni Authorization, ne è ammessa una sola',
    ],
  ),
  MODI_AUTHORIZATION_SCHEME: row(
    401,
    'caller',
    'RFC 6750 2.1, ModI ID_AUTH_REST_01',
    ['Authorization scheme is not Bearer', 'Lo schema di Authorization non è Bearer'],
    [
      'the scheme is "{found}", "Bearer" was expected, followed by one space and the token',
      'lo schema è "{found}", era atteso "Bearer" seguito da uno spazio e dal token',
    ],
  ),
  MODI_SIGNATURE_HEADER_MISSING: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 A6)',
    ['Agid-JWT-Signature missing', 'Agid-JWT-Signature mancante'],
    [
      'this request needs the integrity token in the header Agid-JWT-Signature',
      "questa richiesta richiede il token di integrità nell'intestazione Agid-JWT-Signature",
    ],
  ),
  MODI_SIGNATURE_HEADER_DUPLICATE: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 A6)',
    ['More than one Agid-JWT-Signature header', "Più di un'intestazione Agid-JWT-Signature"],
    [
      'the message carries {count} Agid-JWT-Signature headers, exactly one is accepted',
      'il messaggio porta {count} intestazioni Agid-JWT-Signature, ne è ammessa una sola',
    ],
  ),
  MODI_SIGNATURE_HEADER_SCHEME: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 A6)',
    ['Agid-JWT-Signature carries a scheme word', 'Agid-JWT-Signature contiene uno schema'],
    [
      'the header holds the bare token, without "{found}" in front',
      'l\'intestazione contiene il solo token, senza "{found}" davanti',
    ],
  ),
  MODI_TOO_MANY_HEADERS: row(
    431,
    'caller',
    'RFC 6585 5',
    ['Too many request headers', 'Troppe intestazioni nella richiesta'],
    [
      'the request carries {found} headers or more, fewer than {max} are accepted',
      'la richiesta porta {found} o più intestazioni, ne sono ammesse meno di {max}',
    ],
  ),
  MODI_TOKEN_TOO_LARGE: row(
    431,
    'caller',
    'RFC 8725 2.x (resource limits), RFC 6585 5',
    ['Token too large', 'Token troppo grande'],
    [
      'the token has {found} bytes, at most {max} are accepted; send a shorter certificate chain in x5c',
      'il token ha {found} byte, ne sono ammessi al più {max}; inviare in x5c una catena più corta',
    ],
  ),
} as const satisfies Record<string, ErrorRow>;
