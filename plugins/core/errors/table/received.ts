import { row, type ErrorRow } from './row';

/** Answers that their receiver refuses. */
export const RECEIVED_ROWS = {
  MODI_ANSWER_UNSIGNED: row(
    502,
    'operator',
    'ModI INTEGRITY_REST_01 (SIC 6.2), consumer pipeline',
    ['The answer is not signed', 'La risposta non è firmata'],
    [
      'the answer needs the integrity token in the header Agid-JWT-Signature; was it removed on the way?',
      "la risposta richiede il token di integrità nell'intestazione Agid-JWT-Signature; è stato rimosso lungo il percorso?",
    ],
  ),
  MODI_ANSWER_REQUEST_DIGEST_MISSING: row(
    502,
    'operator',
    'ModI PROFILE_NON_REPUDIATION_01 (step D)',
    ['request_digest missing', 'request_digest mancante'],
    [
      'the answer must name the request that it confirms, in the claim request_digest',
      'la risposta deve indicare nel claim request_digest la richiesta che conferma',
    ],
  ),
  MODI_ANSWER_REQUEST_DIGEST_MISMATCH: row(
    502,
    'operator',
    'ModI PROFILE_NON_REPUDIATION_01 (steps D, E)',
    ['The answer belongs to another request', "La risposta appartiene a un'altra richiesta"],
    [
      'request_digest is not the Digest of the request that was sent',
      'request_digest non è il Digest della richiesta inviata',
    ],
  ),
} as const satisfies Record<string, ErrorRow>;
