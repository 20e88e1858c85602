import { row, type ErrorRow } from './row';

/** Claims, times, audience, and the memory of used tokens. */
export const CLAIM_ROWS = {
  MODI_CLAIM_MISSING: row(
    'token',
    'caller',
    'ModI ID_AUTH_REST_01 (SIC 5.3), INTEGRITY_REST_01 (SIC 6.2)',
    ['Mandatory claim missing', 'Claim obbligatorio mancante'],
    ['the claim {claim} is required', 'il claim {claim} è obbligatorio'],
  ),
  MODI_CLAIM_TYPE: row(
    'token',
    'caller',
    'RFC 7519 4.1',
    ['Claim has the wrong type', 'Il claim ha il tipo sbagliato'],
    ['the claim {claim} must be {expected}, found {found}', 'il claim {claim} deve essere {expected}, trovato {found}'],
  ),
  MODI_TOKEN_TOO_OLD: row(
    'token',
    'caller',
    'ModI SIC 5.3 step 8, RFC 7519 4.1.6',
    ['Token too old', 'Token troppo vecchio'],
    [
      'iat is {age} s old, at most {max} s are accepted; check the clock, and issue the token per request',
      "iat è vecchio di {age} s, ne sono ammessi al più {max}; verificare l'orologio ed emettere il token per ogni richiesta",
    ],
  ),
  MODI_TOKEN_FROM_FUTURE: row(
    'token',
    'caller',
    'RFC 7519 4.1.6',
    ['Token issued in the future', 'Token emesso nel futuro'],
    [
      'iat is {ahead} s ahead of our clock, at most {max} s are accepted; check the clock',
      "iat è avanti di {ahead} s rispetto al nostro orologio, ne sono ammessi al più {max}; verificare l'orologio",
    ],
  ),
  MODI_TOKEN_EXPIRED: row(
    'token',
    'caller',
    'RFC 7519 4.1.4',
    ['Token expired', 'Token scaduto'],
    [
      'exp passed {ago} s ago ({skew} s of skew are allowed); check the clock, and issue the token per request',
      "exp è passato da {ago} s (tolleranza {skew} s); verificare l'orologio ed emettere il token per ogni richiesta",
    ],
  ),
  MODI_TOKEN_NOT_YET_VALID: row(
    'token',
    'caller',
    'RFC 7519 4.1.5',
    ['Token not yet valid', 'Token non ancora valido'],
    [
      'nbf is {ahead} s ahead of our clock, at most {max} s are accepted; check the clock',
      "nbf è avanti di {ahead} s rispetto al nostro orologio, ne sono ammessi al più {max}; verificare l'orologio",
    ],
  ),
  MODI_TOKEN_LIFETIME: row(
    'token',
    'caller',
    'ModI SIC 5.3, RFC 8725 3.x',
    ['Token lifetime not accepted', 'Durata del token non ammessa'],
    [
      'exp - iat is {found} s; more than 0 and at most {max} s are accepted',
      'exp - iat è {found} s; sono ammessi più di 0 e al più {max} s',
    ],
  ),
  MODI_AUDIENCE_MISMATCH: row(
    'token',
    'caller',
    'ModI SIC 5.3 step 9, RFC 7519 4.1.3',
    ['Token is meant for somebody else', 'Il token è destinato ad altri'],
    [
      'aud does not name this service; use exactly the audience published for it',
      "aud non indica questo servizio; usare esattamente l'audience pubblicata",
    ],
  ),
  MODI_JTI_MISSING: row(
    'token',
    'caller',
    'ModI ID_AUTH_REST_02 (SIC 5.4)',
    ['jti missing', 'jti mancante'],
    [
      'the pattern {pattern} requires a unique jti in each token',
      'il pattern {pattern} richiede un jti unico in ogni token',
    ],
  ),
  MODI_JTI_MALFORMED: row(
    'token',
    'caller',
    'RFC 7519 4.1.7',
    ['jti not acceptable', 'jti non ammissibile'],
    [
      'jti must be a string of 1 to {max} characters, found {found}',
      'jti deve essere una stringa da 1 a {max} caratteri, trovato {found}',
    ],
  ),
  MODI_REPLAY: row(
    409,
    'caller',
    'ModI ID_AUTH_REST_02 (SIC 5.4), INTEGRITY_REST_01 (SIC 6.2 B8)',
    ['Token already used', 'Token già utilizzato'],
    [
      'a token with this jti was accepted before; issue a new token, with a new jti, for each request',
      'un token con questo jti è già stato accettato; emettere un nuovo token, con un nuovo jti, per ogni richiesta',
    ],
  ),
  MODI_RESEND_LIMIT: row(
    409,
    'caller',
    'ModI PROFILE_NON_REPUDIATION_01 (step C.3)',
    ['Message sent too many times', 'Messaggio inviato troppe volte'],
    [
      'this message was accepted {found} times, which is all that was agreed; use the agreed alternative channel',
      'questo messaggio è stato accettato {found} volte, il massimo concordato; usare il canale alternativo concordato',
    ],
  ),
  MODI_REPLAY_STORE_DOWN: row(
    503,
    'operator',
    'ModI ID_AUTH_REST_02 (SIC 5.4), fail closed',
    ['Replay protection does not answer', 'La protezione dai replay non risponde'],
    [
      'uniqueness cannot be proven at the moment; try again after Retry-After seconds, with new tokens',
      "l'unicità non è ora dimostrabile; riprovare dopo i secondi di Retry-After, con nuovi token",
    ],
  ),
  MODI_REPLAY_STORE_FULL: row(
    503,
    'operator',
    'ModI ID_AUTH_REST_02 (SIC 5.4)',
    ['Replay protection is full', 'Protezione dai replay satura'],
    [
      'uniqueness cannot be proven at the moment; try again shortly',
      "l'unicità non è ora dimostrabile; riprovare fra poco",
    ],
  ),
} as const satisfies Record<string, ErrorRow>;
