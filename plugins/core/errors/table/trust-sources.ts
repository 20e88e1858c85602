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
  MODI_X5U_MALFORMED: row(
    'token',
    'caller',
    'RFC 7515 4.1.5',
    ['x5u is malformed', 'x5u non è ben formato'],
    [
      'x5u must be an https URL without credentials and fragment, of at most 2048 characters',
      "x5u dev'essere un URL https senza credenziali né frammento, di al più 2048 caratteri",
    ],
  ),
  MODI_X5U_HOST: row(
    'token',
    'caller',
    'RFC 8725 3.10',
    ['x5u leads to a host that is not allowed', 'x5u porta a un host non ammesso'],
    [
      'x5u leads to {found}, which is not among the hosts that were agreed on; send x5c, or have the host registered',
      "x5u porta a {found}, che non è fra gli host concordati; inviare x5c, o far registrare l'host",
    ],
  ),
  MODI_X5U_CONTENT: row(
    'token',
    'caller',
    'RFC 7515 4.1.5',
    ['No certificates behind x5u', 'Dietro x5u non ci sono certificati'],
    [
      'x5u must lead to PEM certificates, signer first; what was found there: {reason}',
      'x5u deve portare a certificati PEM, il firmatario per primo; vi si è trovato: {reason}',
    ],
  ),
  MODI_X5U_DOWN: row(
    503,
    'operator',
    'RFC 7515 4.1.5, fail closed',
    ['The certificates behind x5u are not at hand', 'I certificati dietro x5u non sono disponibili'],
    [
      'the certificates that x5u leads to cannot be had at the moment ({reason}); try again shortly, or send x5c',
      'non è ora possibile ottenere i certificati cui porta x5u ({reason}); riprovare fra poco, o inviare x5c',
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
