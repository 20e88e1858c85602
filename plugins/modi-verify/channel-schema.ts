import { array, record, string } from '../core/schema';
import { REVOCATION_FIELDS } from './revocation-schema';
import { subjectFields } from './subject-schema';

const intermediary = record({
  description: 'A technical partner: everything that is set must fit its client certificate.',
  fields: {
    ...subjectFields,
    bodies: array({
      description: 'organizationIdentifier of the bodies whose tokens it may bring. Not set: any body.',
      len_min: 1,
      elements: string({ description: 'A text; * stands for any characters.' }),
    }),
  },
});

/** `channel`: who the other end of the connection must be. */
export const channelSchema = record({
  description: 'Client certificates of the connections, for ID_AUTH_CHANNEL_02.',
  fields: {
    anchors: array({
      description:
        'Authorities of client certificates, apart from those of the tokens: as in trust.anchors. nginx hands on the client certificate alone: list its issuing authority, not only the root.',
      elements: string({ description: 'Certificates or a file of them.', referenceable: true }),
    }),
    certificates: array({
      description: 'Client certificates that are believed as such: as in trust.certificates.',
      elements: string({ description: 'Certificates or a file of them.', referenceable: true }),
    }),
    ...REVOCATION_FIELDS,
    header: string({
      description:
        'Header in which a proxy in front hands on the client certificate: percent-encoded PEM, base64, or RFC 9440. From other addresses it is refused with 403.',
      match: "^[%w!#%$%%&'%*%+%-%.%^_`|~]+$",
    }),
    trusted_addresses: array({
      description: 'Addresses and networks of these proxies; from them nothing but the header counts.',
      elements: string({ description: 'An IP address, or a network such as 10.0.0.0/8.' }),
    }),
    match: string({
      description:
        'Whose channel it may be. none: anybody whom the anchors vouch for. same_party: the signer of the token, by the same organizationIdentifier or certificate. intermediaries: also the partners listed.',
      default: 'none',
      one_of: ['none', 'same_party', 'intermediaries'],
    }),
    intermediaries: array({
      description: 'Technical partners that bring tokens of others, for match: intermediaries.',
      len_min: 1,
      elements: intermediary,
    }),
  },
});
