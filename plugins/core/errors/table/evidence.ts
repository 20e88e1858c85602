import { row, type ErrorRow } from './row';

/** What modi-audit must have before a message goes on. */
export const EVIDENCE_ROWS = {
  MODI_EVIDENCE_UNAVAILABLE: row(
    503,
    'operator',
    'ModI PROFILE_NON_REPUDIATION_01 (steps C, E), fail closed',
    ['The evidence cannot be stored', "L'evidenza non può essere conservata"],
    [
      'no message passes here before its evidence is stored, and the storage does not take it; try again later with new tokens, and report the instance to the provider',
      "nessun messaggio passa prima che la sua evidenza sia conservata, e la memoria non la accetta; riprovare più tardi con nuovi token e segnalare l'instance all'erogatore",
    ],
  ),
  MODI_EVIDENCE_INCOMPLETE: row(
    503,
    'operator',
    'ModI PROFILE_NON_REPUDIATION_01 (step C), fail closed',
    ['There is nothing to be kept as evidence', "Non c'è nulla da conservare come evidenza"],
    [
      'what modi-verify has found out about this message is not at hand; the provider must have modi-verify on the same route and one plugin server for both; otherwise try again with new tokens',
      "l'esito di modi-verify per questo messaggio non è disponibile; l'erogatore deve attivare modi-verify sulla stessa route e un solo plugin server per entrambi; altrimenti riprovare con nuovi token",
    ],
  ),
} as const satisfies Record<string, ErrorRow>;
