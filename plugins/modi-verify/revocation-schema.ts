import { array, integer, string } from '../core/schema';
import { ocspSchema } from './ocsp-schema';

/** How it is asked whether certificates are revoked: the same words for the signers of tokens and for the channel. */
export const REVOCATION_FIELDS = {
  crls: array({
    description:
      "Certificate revocation lists, complete ones of the certificates' own issuers: the path of a file (PEM or DER; a change is taken up within seconds), PEM text, or an http or https URL, fetched in the background ahead of nextUpdate. Only these URLs are ever fetched, never one that a certificate names. A URL of https is checked against the authorities of the platform.",
    elements: string({ description: 'A file, PEM text, or a URL.', referenceable: true }),
  }),
  crl_policy: string({
    description:
      'What is done where lists do not answer. required (when not set, and crls is): each certificate below the anchor needs a current list, else 503. if_present: certificates whose issuer has no list in hand pass, and the log says revocation: unchecked. off: lists are not used.',
    one_of: ['required', 'if_present', 'off'],
  }),
  crl_refresh: integer({
    description: 'Longest time between two fetches of a list, in seconds.',
    default: 3600,
    between: [60, 604800],
  }),
  crl_grace: integer({
    description: 'How long a list still counts after its nextUpdate, in seconds.',
    default: 0,
    between: [0, 604800],
  }),
  ocsp: ocspSchema,
  private_hosts: array({
    description:
      'Hosts of the URLs above that may lead to private, loopback or link-local addresses; others may not, whatever the name server answers.',
    elements: string({ description: 'A host name or an IP address.' }),
  }),
};
