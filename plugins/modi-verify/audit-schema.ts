import { array, boolean, integer, record, string } from '../core/schema';

/** The fields of AUDIT_REST_01 and AUDIT_REST_02: the token in Agid-JWT-TrackingEvidence and what it tracks. */
export const auditFields = {
  audit_audience: array({
    description: 'Accepted values of aud in Agid-JWT-TrackingEvidence; the same as audience when not set.',
    len_min: 1,
    elements: string({ description: 'One audience of the audit token.' }),
  }),
  audit_token: string({
    description:
      'Whether every request of AUDIT_REST_01 or AUDIT_REST_02 must carry Agid-JWT-TrackingEvidence. optional: one that is there is verified in full; it may be absent, unless the voucher holds the digest of one.',
    default: 'required',
    one_of: ['required', 'optional'],
  }),
  audit_max_age: integer({
    description:
      'Greatest age of an audit token by its iat, in seconds. Not set: it counts until it expires, as long as the voucher that was issued for it.',
    between: [1, 86400],
  }),
  audit_claims: array({
    description:
      'The tracked data agreed with the callers, one rule per claim; each goes to the service as X-ModI-Audit-<claim>, which the log of Kong shows as REDACTED. Not set: userID and userLocation are required, LoA may be there. An empty list: nothing is looked at.',
    elements: record({
      description: 'The rule of one claim.',
      fields: {
        name: string({ description: 'The claim, in the spelling of the token, for instance userID.', required: true }),
        required: boolean({ description: 'Refuse an audit token without this claim.', default: false }),
        type: string({
          description: 'The JSON type of the value; any: a string, a number or a boolean.',
          default: 'string',
          one_of: ['string', 'number', 'boolean', 'any'],
        }),
        one_of: array({
          description: 'The values that were agreed; a number or boolean is compared as it is written.',
          len_min: 1,
          elements: string({ description: 'One agreed value.' }),
        }),
        pattern: string({
          description:
            'A regular expression (ECMAScript) that the whole value must match. Repeated groups, back references, looking around, and more than three repetitions of no fixed length are refused: matching them can take for ever.',
        }),
        min_length: integer({ description: 'Fewest characters of the value.', default: 1, between: [0, 4096] }),
        max_length: integer({
          description: 'Most characters of the value. Above 256 a pattern may have one repetition of no fixed length.',
          default: 256,
          between: [1, 4096],
        }),
      },
    }),
  }),
} as const;
