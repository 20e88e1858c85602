import { row, type ErrorRow } from './row';

/** Digest, signed headers, body. */
export const INTEGRITY_ROWS = {
  MODI_RANGE_NOT_APPLICABLE: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2), RFC 9110 14',
    ['Partial content cannot be signed', 'Il contenuto parziale non è firmabile'],
    [
      'the header {header} asks for part of a representation; the integrity pattern covers whole ones only',
      "l'intestazione {header} riguarda parte di una rappresentazione; il pattern di integrità copre solo quelle intere",
    ],
  ),
  MODI_DIGEST_MISSING: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 A2), RFC 3230 4.3.2',
    ['Digest missing', 'Digest mancante'],
    ['the message needs a header "Digest: SHA-256=<base64>"', 'il messaggio richiede "Digest: SHA-256=<base64>"'],
  ),
  MODI_DIGEST_DUPLICATE: row(
    400,
    'caller',
    'RFC 3230 4.3.2, ModI SIC 6.2',
    ['More than one Digest value', 'Più di un valore di Digest'],
    [
      'the message carries {count} Digest values, exactly one is accepted',
      'il messaggio porta {count} valori di Digest, ne è ammesso uno solo',
    ],
  ),
  MODI_DIGEST_MALFORMED: row(
    400,
    'caller',
    'RFC 3230 4.1.1',
    ['Digest is malformed', 'Digest non ben formato'],
    ['"<algorithm>=<base64>" was expected: {reason}', 'era atteso "<algoritmo>=<base64>": {reason}'],
  ),
  MODI_DIGEST_ENCODING: row(
    400,
    'caller',
    'RFC 3230 4.1.1, RFC 5843',
    ['Digest has the wrong encoding', 'Digest con codifica sbagliata'],
    ['the Digest is {found}, {expected} was expected', 'il Digest è in {found}, era atteso {expected}'],
  ),
  MODI_DIGEST_ALGORITHM: row(
    400,
    'caller',
    'ModI SEC-DS',
    ['Digest algorithm not accepted', 'Algoritmo di Digest non ammesso'],
    ['the Digest algorithm is {found}, accepted: {expected}', "l'algoritmo di Digest è {found}, ammessi: {expected}"],
  ),
  MODI_DIGEST_MISMATCH: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 B11)',
    ['Digest does not match the body', 'Il Digest non corrisponde al corpo'],
    [
      'the digest of the {length} bytes received is another; hash the bytes as sent, after any Content-Encoding',
      "il digest dei {length} byte ricevuti è diverso; calcolarlo sui byte inviati, dopo l'eventuale Content-Encoding",
    ],
  ),
  MODI_DIGEST_UNEXPECTED: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 3.3 (empty payload)',
    ['Digest on an empty body', 'Digest su un corpo vuoto'],
    [
      'the body is empty: leave out Digest and its entry in signed_headers',
      'il corpo è vuoto: omettere Digest e la sua voce in signed_headers',
    ],
  ),
  MODI_SIGNED_HEADERS_MALFORMED: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 A4)',
    ['signed_headers is malformed', 'signed_headers non ben formato'],
    [
      'signed_headers must be an array of objects with one lower-case header name and its string value each: {reason}',
      'signed_headers deve essere un array di oggetti, ognuno con un nome di intestazione minuscolo e il suo valore: {reason}',
    ],
  ),
  MODI_SIGNED_HEADER_MISSING: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 B12)',
    ['A signed header was not sent', "Un'intestazione firmata non è stata inviata"],
    [
      'signed_headers lists {header}, the message has no such header',
      'signed_headers elenca {header}, assente nel messaggio',
    ],
  ),
  MODI_SIGNED_HEADER_MISMATCH: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 B12)',
    ['A signed header has another value', "Un'intestazione firmata ha un altro valore"],
    [
      'the header {header} differs from its value in signed_headers; did a proxy change it?',
      "l'intestazione {header} differisce dal valore in signed_headers; un proxy l'ha modificata?",
    ],
  ),
  MODI_SIGNED_HEADER_COUNT: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 B12)',
    ['A signed header is repeated', "Un'intestazione firmata è ripetuta"],
    [
      '{header} stands {found} times in the message and {expected} times in signed_headers',
      '{header} compare {found} volte nel messaggio e {expected} in signed_headers',
    ],
  ),
  MODI_HEADER_UNSIGNED: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 A3, B12)',
    ['A header that must be signed is not', "Un'intestazione da firmare non è firmata"],
    [
      'the header {header} is on the wire and must be listed in signed_headers',
      "l'intestazione {header} è presente e deve comparire in signed_headers",
    ],
  ),
  MODI_REQUIRED_HEADER_MISSING: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 A3, by agreement)',
    ['A header that the service requires signed is missing', "Manca un'intestazione che il servizio richiede firmata"],
    [
      'send the header {header} and list it in signed_headers',
      "inviare l'intestazione {header} ed elencarla in signed_headers",
    ],
  ),
  MODI_HEADER_DUPLICATE: row(
    400,
    'caller',
    'RFC 9110 5.3',
    ['A single-valued header is repeated', "Un'intestazione a valore singolo è ripetuta"],
    [
      'the header {header} stands {count} times, once is accepted',
      "l'intestazione {header} compare {count} volte, ne è ammessa una",
    ],
  ),
  MODI_SIGNER_MISMATCH: row(
    400,
    'caller',
    'ModI INTEGRITY_REST_01 (SIC 6.2 B11), RFC 8725 3.8',
    ['The two tokens have different signers', 'I due token hanno firmatari diversi'],
    [
      'Authorization and Agid-JWT-Signature must be signed with the same certificate',
      'Authorization e Agid-JWT-Signature devono essere firmati con lo stesso certificato',
    ],
  ),
  MODI_CONTENT_LENGTH: row(
    400,
    'caller',
    'RFC 9110 8.6',
    ['Content-Length is not a number', 'Content-Length non è un numero'],
    ['Content-Length must be digits, found {found}', 'Content-Length deve essere di sole cifre, trovato {found}'],
  ),
  MODI_BODY_TOO_LARGE: row(
    413,
    'caller',
    'RFC 9110 15.5.14',
    ['Body too large', 'Corpo troppo grande'],
    [
      'the body has {found} bytes, at most {max} are accepted',
      'il corpo ha {found} byte, ne sono ammessi al più {max}',
    ],
  ),
} as const satisfies Record<string, ErrorRow>;
