import { row, type ErrorRow } from './row';

/** Keys and certificates that a token only names, and that are looked up in what is trusted. */
export const TRUST_SOURCE_ROWS = {
  MODI_KID_MALFORMED: row(
    'token',
    'caller',
    'RFC 7515 4.1.4',
    ['kid is malformed', 'kid non è ben formato'],
    [
      'kid must be a text of at most 256 printable ASCII characters without spaces',
      "kid dev'essere un testo di al più 256 caratteri ASCII stampabili senza spazi",
    ],
  ),
  MODI_KEY_UNKNOWN: row(
    'token',
    'caller',
    'RFC 7515 4.1.4, RFC 7517 4.5',
    ['Key not registered', 'Chiave non registrata'],
    [
      'no key with the kid {found} is registered here; is it the kid of the set that was agreed on?',
      "nessuna chiave con il kid {found} è registrata; è il kid dell'insieme concordato?",
    ],
  ),
  MODI_KEY_SOURCE_DOWN: row(
    503,
    'operator',
    'RFC 7517 5, fail closed',
    ['The trusted keys are not at hand', 'Le chiavi fidate non sono disponibili'],
    [
      'the set of trusted keys cannot be had at the moment; try again shortly',
      "non è ora possibile ottenere l'insieme delle chiavi fidate; riprovare fra poco",
    ],
  ),
  MODI_CERTIFICATE_STATUS_UNKNOWN: row(
    'token',
    'caller',
    'RFC 6960 2.2, ModI SEC SIC_API_06',
    ['Certificate unknown to its authority', 'Certificato sconosciuto alla sua autorità'],
    [
      'the responder of its authority does not know the certificate {subject}; is it valid already, or was it withdrawn?',
      'il servizio di stato della sua autorità non conosce il certificato {subject}; è già attivo, o è stato ritirato?',
    ],
  ),
} as const satisfies Record<string, ErrorRow>;
