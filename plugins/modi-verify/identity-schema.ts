import { array, record, string } from '../core/schema';
import { subjectFields } from './subject-schema';

const claimPatterns = (claim: string) =>
  array({
    description: `The claim ${claim} of the Authorization token; it must then be there.`,
    len_min: 1,
    elements: string({ description: 'A text; * stands for any characters.' }),
  });

const caller = record({
  description: 'One caller, or a group of them: everything that is set must fit.',
  fields: {
    name: string({ description: 'What this caller is called here: identity.claim application, logs, {application}.' }),
    ...subjectFields,
    iss: claimPatterns('iss'),
    sub: claimPatterns('sub'),
    client_id: claimPatterns('client_id'),
    groups: array({
      description: 'Further groups of this caller, for the acl plugin.',
      elements: string({ description: 'A group name.' }),
    }),
  },
});

const binding = record({
  description: 'A claim that must be a name of the certificate which signed.',
  fields: {
    claim: string({ description: 'The claim.', default: 'iss', one_of: ['iss', 'sub', 'client_id'] }),
    equals: string({
      description: 'The part of the certificate that it must equal; of several OUs or alternative names, one of them.',
      default: 'organization_identifier',
      one_of: ['organization_identifier', 'organizational_unit', 'common_name', 'alternative_name', 'thumbprint'],
    }),
    strip_prefixes: array({
      description: 'Taken away from the part of the certificate before comparing: the first of these that is in front.',
      elements: string({ description: 'A prefix, as in CF:IT-.' }),
    }),
  },
});

/** `identity`: who the caller is. */
export const identitySchema = record({
  description: 'Who the caller is, for X-ModI-Client, groups, consumers and logs; and who may call.',
  fields: {
    claim: string({
      description:
        'Where the identity comes from. certificate: organizationIdentifier of the signer, else its subject; this is proven. application: the name of the entry in callers that fits. A claim is only asserted by whoever holds a trusted certificate, unless callers or bindings tie it to the certificate. With a voucher of the PDND every claim is proven; certificate, client_id and sub then all mean its client.',
      default: 'certificate',
      one_of: ['certificate', 'application', 'client_id', 'iss', 'sub', 'purposeId', 'consumerId'],
    }),
    callers: array({
      description:
        'Who may call, of all whose certificates are trusted or who hold a voucher; the first entry that fits counts, and who fits none gets 403. Not set: everybody with a trusted certificate or a voucher.',
      len_min: 1,
      elements: caller,
    }),
    bindings: array({
      description: 'Claims that must be names of the certificate which signed, else 403.',
      len_min: 1,
      elements: binding,
    }),
    consumer: string({
      description:
        'none: no Kong consumer. registered: a consumer of Kong with this username must exist, else 403. virtual: a consumer is made up for this request, so that rate-limiting by consumer works without registering callers.',
      default: 'none',
      one_of: ['none', 'registered', 'virtual'],
    }),
    consumer_custom_id: string({
      description:
        'registered: custom_id of the consumer must equal this of the request, else 403. So a consumer found by a claim is tied to its certificate.',
      one_of: ['organization_identifier', 'thumbprint', 'iss', 'sub', 'client_id'],
    }),
  },
});
