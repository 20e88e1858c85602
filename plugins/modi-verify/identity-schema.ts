import { record, string } from '../core/schema';

/** `identity`: who the caller is. */
export const identitySchema = record({
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
});
