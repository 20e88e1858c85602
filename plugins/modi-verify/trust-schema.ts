import { array, integer, record, string } from '../core/schema';
import { JWKS_FIELDS } from './jwks-schema';
import { X5U_FIELDS } from './x5u-schema';
import { REVOCATION_FIELDS } from './revocation-schema';

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
    ...REVOCATION_FIELDS,
  },
});
