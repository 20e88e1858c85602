import { array, integer, record, string } from '../core/schema';
import { JWKS_FIELDS } from './jwks-schema';
import { X5U_FIELDS } from './x5u-schema';
import { ocspSchema } from './ocsp-schema';

/** `trust`: whose signatures are believed. */
export const trustSchema = record({
  description: 'Whose signatures are believed. At least one anchor, one certificate or one JWK Set is needed.',
  fields: {
    anchors: array({
      description:
        'Certification authorities: PEM text, or the path (absolute, or relative to MODI_HOME) of a file (PEM, DER, PKCS#12) or of a folder of such files. A change on disk is taken up within seconds. A signer must chain to one of them.',
      elements: string({
        description: 'PEM certificates, a file of certificates, or a folder of files.',
        referenceable: true,
      }),
    }),
    certificates: array({
      description:
        'Signer certificates that are believed as such, named by a token with x5t#S256 or x5c: PEM text or a path, as for anchors.',
      elements: string({
        description: 'PEM certificates, a file of certificates, or a folder of files.',
        referenceable: true,
      }),
    }),
    pkcs12_password: string({
      description: 'Opens the PKCS#12 containers among anchors and certificates. They may hold no private key.',
      referenceable: true,
      encrypted: true,
    }),
    ...JWKS_FIELDS,
    ...X5U_FIELDS,
    max_chain: integer({
      description: 'Longest path from the signer to an anchor, both counted; also the most certificates in x5c.',
      default: 6,
      between: [1, 10],
    }),
    extended_key_usage: array({
      description:
        'Extended key usages (dotted OIDs) of which the signer certificate must hold at least one when it declares any. Not set: any usage.',
      elements: string({ description: 'An object identifier.', match: '^%d+[%.%d]*$' }),
    }),
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
  },
});
