import { row, type ErrorRow } from './row';

/** Our side. */
export const OWN_ROWS = {
  MODI_BODY_UNREADABLE: row(
    500,
    'operator',
    'fail closed',
    ['The body could not be read', 'Il corpo non è leggibile'],
    [
      'the gateway could not read the request body; report the instance to the provider',
      "il gateway non ha potuto leggere il corpo; segnalare l'instance all'erogatore",
    ],
  ),
  MODI_INTERNAL: row(
    500,
    'operator',
    'fail closed',
    ['Internal error', 'Errore interno'],
    [
      'the gateway failed while judging the message; report the X-Kong-Request-Id of this answer to the provider',
      "il gateway ha fallito nel valutare il messaggio; segnalare l'X-Kong-Request-Id di questa risposta all'erogatore",
    ],
  ),
  MODI_DEADLINE: row(
    500,
    'operator',
    'fail closed',
    ['Verification took too long', 'La verifica ha impiegato troppo tempo'],
    [
      'the gateway did not finish in time; try again, and report the X-Kong-Request-Id of this answer to the provider',
      "il gateway non ha concluso in tempo; riprovare e segnalare l'X-Kong-Request-Id di questa risposta all'erogatore",
    ],
  ),
} as const satisfies Record<string, ErrorRow>;
