import { array, boolean, integer, record, set, string, type Infer } from '../core/schema';
import { replaySchema } from './replay-schema';

/** The configuration of `modi-verify`: the only source of Kong's schema, of the type, and of the table in README.md. */
export const modiVerifySchema = record({
  description: 'Verification of the signed tokens of an incoming ModI call.',
  fields: {
    patterns: set({
      description:
        'ModI security patterns that every request must satisfy. One of ID_AUTH_REST_01 and ID_AUTH_REST_02, alone or with INTEGRITY_REST_01.',
      required: true,
      len_min: 1,
      elements: string({
        description: 'A pattern id.',
        one_of: ['ID_AUTH_REST_01', 'ID_AUTH_REST_02', 'INTEGRITY_REST_01'],
      }),
    }),
    audience: array({
      description:
        'Accepted values of aud, compared exactly. A token is for us when at least one of its audiences is listed.',
      required: true,
      len_min: 1,
      elements: string({ description: 'One audience, usually the published URL of the e-service.' }),
    }),
    integrity_audience: array({
      description: 'Accepted values of aud in Agid-JWT-Signature; the same as audience when not set.',
      len_min: 1,
      elements: string({ description: 'One audience of the integrity token.' }),
    }),
    trust: record({
      description: 'Whose signatures are believed. At least one anchor or one certificate is needed.',
      fields: {
        anchors: array({
          description:
            'Certification authorities: PEM text, or the path of a PEM file (absolute, or relative to MODI_HOME). A signer must chain to one of them.',
          elements: string({ description: 'PEM certificates or a file of them.', referenceable: true }),
        }),
        certificates: array({
          description:
            'Signer certificates that are believed as such, named by a token with x5t#S256 or x5c: PEM text or the path of a PEM file.',
          elements: string({ description: 'PEM certificates or a file of them.', referenceable: true }),
        }),
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
        private_hosts: array({
          description:
            'Hosts of the URLs above that may lead to private, loopback or link-local addresses; others may not, whatever the name server answers.',
          elements: string({ description: 'A host name or an IP address.' }),
        }),
      },
    }),
    algorithms: set({
      description: 'Accepted signature algorithms. HMAC and none are never accepted.',
      default: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'],
      len_min: 1,
      elements: string({
        description: 'A JWS algorithm.',
        one_of: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'],
      }),
    }),
    max_age: integer({
      description: 'Greatest age of a token by its iat, in seconds.',
      default: 300,
      between: [1, 86400],
    }),
    clock_skew: integer({
      description: 'Tolerance between the clocks of caller and gateway, in seconds, for iat, nbf and exp.',
      default: 5,
      between: [0, 300],
    }),
    max_lifetime: integer({
      description: 'Longest accepted exp - iat of a token, in seconds.',
      default: 86400,
      between: [1, 31536000],
    }),
    replay: replaySchema,
    empty_body: string({
      description:
        'INTEGRITY_REST_01 without a body. only_with_payload: no token is due, and a Digest is refused. always: token and Digest of zero bytes are due. request_payload_any_response and any_request_response_payload: the same two rules for requests, named as they stand for requests and answers.',
      default: 'only_with_payload',
      one_of: ['only_with_payload', 'always', 'request_payload_any_response', 'any_request_response_payload'],
    }),
    digest_algorithms: set({
      description: 'Accepted algorithms of the Digest header.',
      default: ['SHA-256', 'SHA-384', 'SHA-512'],
      len_min: 1,
      elements: string({ description: 'A digest algorithm.', one_of: ['SHA-256', 'SHA-384', 'SHA-512'] }),
    }),
    digest_encodings: set({
      description: 'Accepted encodings of the Digest value. The norm says base64; hex is what newcomers send.',
      default: ['base64'],
      len_min: 1,
      elements: string({ description: 'A digest encoding.', one_of: ['base64', 'hex'] }),
    }),
    require_signed_content_headers: boolean({
      description: 'Content-Type and Content-Encoding must be in signed_headers whenever they are on the wire.',
      default: true,
    }),
    required_signed_headers: array({
      description: 'Further headers that must be sent and signed, in lower case, by agreement with the callers.',
      elements: string({ description: 'A header name in lower case.', match: "^[a-z0-9!#%$%%&'%*%+%-%.%^_`|~]+$" }),
    }),
    max_body_size: integer({
      description: 'Largest body that INTEGRITY_REST_01 hashes, in bytes; larger ones are refused with 413.',
      default: 52428800,
      between: [0, 2147483647],
    }),
    max_token_size: integer({
      description: 'Largest token, in bytes; larger ones are refused with 431.',
      default: 16384,
      between: [512, 65536],
    }),
    identity: record({
      description: 'Who the caller is, for X-ModI-Client, groups, consumers and logs.',
      fields: {
        claim: string({
          description:
            'Where the identity comes from. certificate: organizationIdentifier of the signer, else its subject; this is proven. A claim is only asserted by whoever holds a trusted certificate.',
          default: 'certificate',
          one_of: ['certificate', 'client_id', 'iss', 'sub'],
        }),
        consumer: string({
          description:
            'none: no Kong consumer. registered: a consumer of Kong with this username must exist, else 403. virtual: a consumer is made up for this request, so that rate-limiting by consumer works without registering callers.',
          default: 'none',
          one_of: ['none', 'registered', 'virtual'],
        }),
      },
    }),
    groups: array({
      description: 'Groups given to a verified request, for the acl plugin: the fail-closed gate is `allow: [modi]`.',
      default: ['modi'],
      elements: string({ description: 'A group name.' }),
    }),
    upstream_headers: boolean({
      description: 'Tell the service who called, in X-ModI-* headers. Those a client sends are always removed.',
      default: true,
    }),
    hide_credentials: boolean({
      description: 'Remove Authorization, Agid-JWT-Signature and Digest before the request goes to the service.',
      default: true,
    }),
    disclosure: string({
      description:
        'What a refused caller is told. code: code, title and one sentence. full: also expected and found values. none: the status alone.',
      default: 'code',
      one_of: ['code', 'full', 'none'],
    }),
    realm: string({ description: 'Realm of the WWW-Authenticate challenge.' }),
  },
});

export type ModiVerifyConfig = Infer<typeof modiVerifySchema>;
