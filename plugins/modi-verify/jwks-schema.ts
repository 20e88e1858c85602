import { array, integer, string } from '../core/schema';

/** The fields of `trust` about keys that tokens name by their kid. */
export const JWKS_FIELDS = {
  jwks: array({
    description:
      'JWK Sets whose keys are believed, named by a token with kid alone: the path of a file, the JSON text, or an https URL, fetched in the background. A key with x5c is that certificate; one without is the caller kid:<kid>.',
    elements: string({ description: 'A path, a JWK Set as text, or an https URL.', referenceable: true }),
  }),
  jwks_ca: array({
    description:
      'Authorities of the servers behind the URLs of jwks, as for anchors, but read once, when the configuration is loaded; those of the platform when not set.',
    len_min: 1,
    elements: string({ description: 'PEM certificates, a file of certificates, or a folder of files.' }),
  }),
  jwks_refresh: integer({
    description: 'Longest time between two fetches of a JWK Set, in seconds. An unknown kid may cause one earlier.',
    default: 3600,
    between: [30, 604800],
  }),
  jwks_max_stale: integer({
    description: 'How long a JWK Set counts after it was last fetched, when its server does not answer, in seconds.',
    default: 86400,
    between: [60, 2592000],
  }),
};
