import { row, type ErrorRow } from './row';

/** Answers that modi-sign refuses to send. */
export const ANSWER_ROWS = {
  MODI_ANSWER_FOREIGN_RECORD: row(
    500,
    'operator',
    'fail closed',
    ['The answer cannot be tied to its request', 'La risposta non è riconducibile alla sua richiesta'],
    [
      'the record of the verified request is missing or belongs to another request; report the instance to the provider',
      "il registro della richiesta verificata manca o appartiene a un'altra richiesta; segnalare l'instance all'erogatore",
    ],
  ),
  MODI_ANSWER_NO_RECORD: row(
    500,
    'operator',
    'ModI PROFILE_NON_REPUDIATION_01 (step D)',
    ['The answer needs a verified request', 'La risposta richiede una richiesta verificata'],
    [
      'the answer is to carry {what}, which only a request verified by modi-verify has; put modi-verify on the same route',
      'la risposta deve portare {what}, noto solo per richieste verificate da modi-verify; attivare modi-verify sulla stessa route',
    ],
  ),
  MODI_ANSWER_AUDIENCE_UNKNOWN: row(
    500,
    'operator',
    'ModI INTEGRITY_REST_01 (SIC 6.2 A4)',
    ['The audience of the answer is unknown', "L'audience della risposta è sconosciuta"],
    [
      'the answer is addressed to the {rule} of the request, which its tokens do not carry',
      'la risposta è destinata a {rule} della richiesta, assente nei suoi token',
    ],
  ),
  MODI_ANSWER_PARTIAL: row(
    502,
    'operator',
    'ModI INTEGRITY_REST_01 (SIC 6.2), RFC 9110 15.3.7',
    ['A partial answer cannot be signed', 'Una risposta parziale non è firmabile'],
    [
      'the service answered 206; the integrity pattern covers whole representations only: ask without Range',
      'il servizio ha risposto 206; il pattern di integrità copre solo rappresentazioni intere: richiedere senza Range',
    ],
  ),
  MODI_ANSWER_EVENT_STREAM: row(
    502,
    'operator',
    'ModI INTEGRITY_REST_01 (SIC 6.2)',
    ['A stream of events cannot be signed', 'Un flusso di eventi non è firmabile'],
    [
      'the service answered text/event-stream, which has no end to be signed; the provider must take modi-sign off this route',
      "il servizio ha risposto text/event-stream, che non ha una fine da firmare; l'erogatore deve togliere modi-sign da questa route",
    ],
  ),
  MODI_ANSWER_TOO_LARGE: row(
    502,
    'operator',
    'fail closed',
    ['The answer is too large to be signed', 'La risposta è troppo grande per essere firmata'],
    [
      'the answer has {found} bytes, at most {max} are signed',
      'la risposta ha {found} byte, se ne firmano al più {max}',
    ],
  ),
  MODI_ANSWER_BODY_UNAVAILABLE: row(
    502,
    'operator',
    'fail closed',
    ['The answer could not be read', 'La risposta non è leggibile'],
    [
      'the gateway could not read the answer of the service; report the instance to the provider',
      "il gateway non ha potuto leggere la risposta del servizio; segnalare l'instance all'erogatore",
    ],
  ),
  MODI_ANSWER_HEADER_UNSIGNABLE: row(
    502,
    'operator',
    'RFC 7519 3, RFC 9110 5.5',
    ['A header of the answer cannot be signed', "Un'intestazione della risposta non è firmabile"],
    [
      'the header {header} of the answer is not UTF-8, so that no token can hold its value',
      "l'intestazione {header} della risposta non è UTF-8, quindi nessun token può contenerne il valore",
    ],
  ),
  MODI_SIGNING_CERTIFICATE_EXPIRED: row(
    500,
    'operator',
    'RFC 5280 4.1.2.5, ModI SIC_API_06',
    ['The signing certificate is outside its validity', 'Il certificato di firma è fuori validità'],
    [
      'the provider cannot sign answers: its certificate is valid from {notBefore} to {notAfter}',
      "l'erogatore non può firmare le risposte: il suo certificato è valido dal {notBefore} al {notAfter}",
    ],
  ),
  MODI_SIGNING_FAILED: row(
    500,
    'operator',
    'fail closed',
    ['The answer could not be signed', 'La risposta non può essere firmata'],
    [
      'the gateway could not sign the answer; report the instance to the provider',
      "il gateway non ha potuto firmare la risposta; segnalare l'instance all'erogatore",
    ],
  ),
} as const satisfies Record<string, ErrorRow>;
