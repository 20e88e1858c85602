import { row, type ErrorRow } from './row';

/** The form of a token. */
export const FORM_ROWS = {
  MODI_TOKEN_MALFORMED: row(
    'token',
    'caller',
    'RFC 7515 5.2, 7.1',
    ['Token is not a compact JWS', 'Il token non è un JWS compatto'],
    [
      'the token must be header.payload.signature in base64url without padding, with JSON objects inside: {reason}',
      'il token deve essere header.payload.firma in base64url senza padding, con oggetti JSON: {reason}',
    ],
  ),
  MODI_TOKEN_TYP: row(
    'token',
    'caller',
    'ModI ID_AUTH_REST_01 (SIC 5.3), RFC 8725 3.11',
    ['Token type is not JWT', 'Il tipo del token non è JWT'],
    ['the JOSE header typ is {found}, "JWT" was expected', 'il typ dell\'header JOSE è {found}, era atteso "JWT"'],
  ),
  MODI_TOKEN_ALG: row(
    'token',
    'caller',
    'RFC 8725 3.1, 3.2; ModI SEC-DS',
    ['Signature algorithm not accepted', 'Algoritmo di firma non ammesso'],
    ['the JOSE header alg is {found}, accepted: {expected}', "l'alg dell'header JOSE è {found}, ammessi: {expected}"],
  ),
  MODI_TOKEN_CRIT: row(
    'token',
    'caller',
    'RFC 7515 4.1.11',
    ['Critical header parameter not understood', 'Parametro critico non riconosciuto'],
    [
      'the JOSE header has a crit parameter ({found}); no critical extension is supported',
      "l'header JOSE ha un parametro crit ({found}); nessuna estensione critica è supportata",
    ],
  ),
} as const satisfies Record<string, ErrorRow>;
