import { array, boolean, integer, map, record, set, string, type Infer } from '../core/schema';

/** The configuration of `modi-sign`: the only source of Kong's schema, of the type, and of the table in README.md. */
export const modiSignSchema = record({
  description: 'Signature of the answers that go back to the caller of a ModI service.',
  fields: {
    key: record({
      description: 'The key that signs, and the certificate that goes with it. Files may be replaced while Kong runs.',
      fields: {
        file: string({
          description:
            'The private key: path of a file in PEM, JWK or PKCS#12 (absolute, or relative to MODI_HOME), or PEM or JWK text. Its file may hold the certificates too.',
          required: true,
          referenceable: true,
          encrypted: true,
        }),
        format: string({
          description: 'Format of the key. auto: found out by looking at it.',
          default: 'auto',
          one_of: ['auto', 'pem', 'jwk', 'pkcs12'],
        }),
        password: string({
          description: 'Password of an encrypted key or of a PKCS#12 container, best as a {vault://…} reference.',
          referenceable: true,
          encrypted: true,
        }),
        password_file: string({
          description: 'Path of a file that holds the password, instead of password; its last line feed is ignored.',
        }),
        kid: string({ description: 'Id of the key for key_reference kid, as registered with the PDND.' }),
        certificate: string({
          description:
            'Certificate of the key, with its chain where wanted: path of a file, or PEM text. Not set: the certificates in key.file.',
          referenceable: true,
        }),
      },
    }),
    algorithm: string({
      description:
        'Signature algorithm. Not set: RS256 for an RSA key, the one of the curve for an EC key. ES256 signs about ten times faster than RS256.',
      one_of: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'],
    }),
    key_reference: string({
      description:
        'How the token names its signer. x5c: the certificate. x5c_chain: the certificate and those above it. x5t#S256: its thumbprint. kid: the id of the key (INTEGRITY_REST_02).',
      default: 'x5c',
      one_of: ['x5c', 'x5c_chain', 'x5t#S256', 'kid'],
    }),
    issuer: string({ description: 'Claim iss: the provider, by agreement with the callers.' }),
    subject: string({
      description: 'Claim sub: the service or e-service that answers, by agreement with the callers.',
    }),
    audience: string({
      description:
        'Claim aud. client_id, issuer: that claim of the request token. client: the caller as modi-verify established it. Any other text, such as anonymous, stands as it is. The three words need modi-verify on the same route.',
      required: true,
    }),
    ttl: integer({
      description: 'Lifetime of the token in seconds: exp is iat plus this.',
      default: 60,
      between: [1, 86400],
    }),
    signed_headers: array({
      description:
        'Further headers of the answer to be signed when it has them, in lower case. Digest, Content-Type and Content-Encoding always are.',
      elements: string({ description: 'A header name in lower case.', match: "^[a-z0-9!#%$%%&'%*%+%-%.%^_`|~]+$" }),
    }),
    digest_algorithm: string({
      description: 'Algorithm of the Digest header. Every receiver knows SHA-256.',
      default: 'SHA-256',
      one_of: ['SHA-256', 'SHA-384', 'SHA-512'],
    }),
    empty_body: string({
      description:
        'Answers without a body. only_with_payload and any_request_response_payload: no Digest, and no token unless a header of signed_headers is there. always and request_payload_any_response: token and Digest of zero bytes. HEAD and 304 are signed in no mode, unless the service itself sends the Digest.',
      default: 'only_with_payload',
      one_of: ['only_with_payload', 'always', 'request_payload_any_response', 'any_request_response_payload'],
    }),
    statuses: set({
      description:
        'Statuses of the service that must be signed, such as 200 or 2xx; other answers pass unsigned. 206 cannot be signed: it is refused when 2xx covers it.',
      default: ['2xx', '3xx', '4xx'],
      len_min: 1,
      elements: string({ description: 'A status or a class of statuses.', match: '^[2-5][0-9x][0-9x]$' }),
    }),
    sign_errors: boolean({
      description:
        'Sign the 5xx answers of the service too. Refusals by modi-verify and errors of Kong itself (service unreachable) stay unsigned: Kong runs no response phase for them.',
      default: false,
    }),
    content_types: set({
      description:
        'Media types that must be signed, such as application/json or application/*; answers of other types pass unsigned. An answer without Content-Type is signed. Not set: all types.',
      len_min: 1,
      elements: string({
        description: 'A media type in lower case, without parameters.',
        match: "^[a-z0-9!#%$%%&'%*%+%-%.%^_`|~]+/[a-z0-9!#%$%%&'%*%+%-%.%^_`|~]+$",
      }),
    }),
    request_digest: boolean({
      description:
        'Put the Digest of the request into the claim request_digest, as PROFILE_NON_REPUDIATION_01 asks. Needs modi-verify with INTEGRITY_REST_01 on the same route; a request without a body has none.',
      default: false,
    }),
    claims: map({
      description: 'Further claims with a fixed text, by agreement with the callers. They replace none of our own.',
      values: string({ description: 'The text of the claim.' }),
    }),
    max_body_size: integer({
      description: 'Largest answer that is signed, in bytes; larger ones become a 502.',
      default: 52428800,
      between: [0, 67000000],
    }),
    warn_days: set({
      description: 'Days before the end of the certificate at which the log warns.',
      default: [30, 7, 1],
      elements: integer({ description: 'A number of days.', between: [0, 3650] }),
    }),
    disclosure: string({
      description:
        'What a caller is told of an answer that cannot be signed. code: code, title and one sentence. full: also expected and found values. none: the status alone.',
      default: 'code',
      one_of: ['code', 'full', 'none'],
    }),
    compat: string({
      description:
        "Whose words a refused answer speaks. standard: this pack's. govway: statuses, titles, body and headers of that product, with our code beside them, for callers who coded against it.",
      default: 'standard',
      one_of: ['standard', 'govway'],
    }),
  },
});

export type ModiSignConfig = Infer<typeof modiSignSchema>;
