import { array, boolean, integer, record, set, string, type Infer } from '../core/schema';
import { auditFields } from './audit-schema';
import { authorizationSchema } from './authorization-schema';
import { channelSchema } from './channel-schema';
import { identitySchema } from './identity-schema';
import { pdndSchema } from './pdnd-schema';
import { replaySchema } from './replay-schema';
import { trustSchema } from './trust-schema';

/** The configuration of `modi-verify`: the only source of Kong's schema, of the type, and of the table in README.md. */
export const modiVerifySchema = record({
  description: 'Verification of the signed tokens of an incoming ModI call.',
  fields: {
    patterns: set({
      description:
        'ModI security patterns that every request must satisfy. One of ID_AUTH_REST_01 and ID_AUTH_REST_02, alone or with INTEGRITY_REST_01 and AUDIT_REST_01, and over a channel of ID_AUTH_CHANNEL_02. With pdnd a voucher authenticates, ID_AUTH_REST_01 is understood, and INTEGRITY_REST_02, AUDIT_REST_01 or AUDIT_REST_02 can be asked for.',
      required: true,
      len_min: 1,
      elements: string({
        description: 'A pattern id.',
        one_of: [
          'ID_AUTH_CHANNEL_02',
          'ID_AUTH_REST_01',
          'ID_AUTH_REST_02',
          'INTEGRITY_REST_01',
          'INTEGRITY_REST_02',
          'AUDIT_REST_01',
          'AUDIT_REST_02',
        ],
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
    ...auditFields,
    trust: trustSchema,
    pdnd: pdndSchema,
    channel: channelSchema,
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
      description:
        'Greatest age of a token by its iat, in seconds. Not of vouchers and audit tokens, which are used until they expire, see audit_max_age; nor of DPoP proofs, see pdnd.dpop.max_age.',
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
        'INTEGRITY_REST_01 and _02 without a body. only_with_payload: no token is due, and a Digest is refused. always: token and Digest of zero bytes are due. request_payload_any_response and any_request_response_payload: the same two rules for requests, named as they stand for requests and answers.',
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
      description: 'Largest body that INTEGRITY_REST_01 and _02 hash, in bytes; larger ones are refused with 413.',
      default: 52428800,
      between: [0, 2147483647],
    }),
    max_token_size: integer({
      description: 'Largest token, in bytes; larger ones are refused with 431.',
      default: 16384,
      between: [512, 65536],
    }),
    identity: identitySchema,
    authorization: authorizationSchema,
    groups: array({
      description:
        'Groups given to a verified request, for the acl plugin: the fail-closed gate is `allow: [modi]`. A name may end in one placeholder: {client}, {organization_identifier}, {organizational_unit}, {common_name}, {organization_id}, {organization_external_id} (both with pdnd.parties) or {claim:NAME} behind a prefix that ends in ":" ("modi:client:{client}"); {application}, {consumer}, {custom_id} and {tags} also alone.',
      default: ['modi'],
      elements: string({ description: 'A group name, or a prefix with one placeholder.' }),
    }),
    upstream_headers: boolean({
      description: 'Tell the service who called, in X-ModI-* headers. Those a client sends are always removed.',
      default: true,
    }),
    hide_credentials: boolean({
      description:
        'Remove Authorization, DPoP, Agid-JWT-Signature, Agid-JWT-TrackingEvidence and Digest before the request goes to the service.',
      default: true,
    }),
    disclosure: string({
      description:
        'What a refused caller is told. code: code, title and one sentence. full: also expected and found values. none: the status alone.',
      default: 'code',
      one_of: ['code', 'full', 'none'],
    }),
    compat: string({
      description:
        "Whose words refusals speak. standard: this pack's. govway: statuses, titles, body and headers of that product, with our code beside them, for callers who coded against it.",
      default: 'standard',
      one_of: ['standard', 'govway'],
    }),
    realm: string({ description: 'Realm of the WWW-Authenticate challenge.' }),
  },
});

export type ModiVerifyConfig = Infer<typeof modiVerifySchema>;
