import { array, boolean, integer, record, set, string } from '../core/schema';

const id = (description: string) => string({ description, match: '^[%w-]+$' });
const url = (description: string) => string({ description, match: '^https?://' });

/** `pdnd.dpop`: the proofs of RFC 9449. */
const dpopSchema = record({
  description: 'DPoP proofs (RFC 9449) that callers send with vouchers bound to a key.',
  fields: {
    public_urls: array({
      description:
        'Where callers reach this service: the public origin, with the path in front of what Kong sees if a proxy takes one away. htu must be one of them followed by the path of the request.',
      len_min: 1,
      elements: url('One public base URL, without query.'),
    }),
    algorithms: set({
      description: 'Accepted signature algorithms of a proof.',
      default: ['RS256', 'ES256'],
      len_min: 1,
      elements: string({
        description: 'A JWS algorithm.',
        one_of: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'],
      }),
    }),
    max_age: integer({
      description: 'Greatest age of a proof by its iat, in seconds. A proof counts once within it.',
      default: 60,
      between: [1, 3600],
    }),
    further_jwk_members: boolean({
      description:
        'Accept a jwk that holds more than the members of a public key, such as kid, use or key_ops. The PDND refuses them. Private members are always refused.',
      default: false,
    }),
  },
});

/** `pdnd.client`: who we are to the platform's API. */
const clientSchema = record({
  description:
    'Our own client of the kind "api interop", for the keys of participants; needed by INTEGRITY_REST_02 and AUDIT_REST.',
  fields: {
    id: id('The id of the client.'),
    key_file: string({
      description: 'The file of its private RSA key, PEM or JWK: absolute, or relative to MODI_HOME.',
      referenceable: true,
      encrypted: true,
    }),
    kid: string({
      description: 'The id of the key at the PDND; not set: its RFC 7638 thumbprint, as the PDND computes it.',
    }),
  },
});

/** `pdnd.events`: what keeps deleted keys out. */
const eventsSchema = record({
  description: 'The events of the platform, by which deleted keys are known at once.',
  fields: {
    poll: boolean({ description: 'Whether events are asked for in the background.', default: true }),
    interval: integer({ description: 'Seconds between two looks.', default: 60, between: [1, 86400] }),
    directory: string({
      description:
        'A folder (absolute, or relative to MODI_HOME) for what must survive a restart: the last event seen, and the keys deleted. Not set: nothing does.',
    }),
  },
});

/** `pdnd`: the national platform whose vouchers authenticate the callers. */
export const pdndSchema = record({
  description:
    'The national data platform (PDND). With environment, or issuer and jwks_uri, the Authorization token is its voucher.',
  fields: {
    environment: string({
      description:
        'Which PDND issues the vouchers: production, test (collaudo) or attestation. Sets all addresses below.',
      one_of: ['prod', 'uat', 'att'],
    }),
    issuer: string({ description: 'iss of vouchers, in place of the one of the environment.' }),
    jwks_uri: url('The keys that vouchers are signed with, in place of those of the environment.'),
    token_uri: url('Where our own vouchers for the API are issued, in place of that of the environment.'),
    assertion_audience: string({ description: 'aud of our client assertion, in place of that of the environment.' }),
    api_uri: url('The API with its version, in place of that of the environment.'),
    api_jwks_uri: url('The keys that answers of API v3 are signed with, in place of those of the environment.'),
    api_version: string({ description: 'The version of the API.', default: 'v3', one_of: ['v1', 'v2', 'v3'] }),
    client: clientSchema,
    voucher: string({
      description:
        'The kind of voucher that the e-service declares. bearer: a bound voucher is refused. dpop: only bound ones, each request with a proof. any: each as it is.',
      default: 'bearer',
      one_of: ['bearer', 'dpop', 'any'],
    }),
    voucher_types: set({
      description: 'Accepted typ of a voucher. The PDND issues at+jwt; some of its pages show dpop+jwt for bound ones.',
      default: ['at+jwt'],
      len_min: 1,
      elements: string({ description: 'A media type of a voucher.', one_of: ['at+jwt', 'dpop+jwt'] }),
    }),
    producer_id: id('producerId that a voucher must carry: this provider at the PDND.'),
    eservice_id: id('eserviceId that a voucher must carry.'),
    descriptor_ids: set({
      description: 'descriptorId that a voucher must carry, one of these: the versions of the e-service served here.',
      len_min: 1,
      elements: id('The id of one version.'),
    }),
    dpop: dpopSchema,
    parties: boolean({
      description:
        'Look up the names of client, organisation and purpose for log, service and groups, beside the requests: absent until the platform has told them.',
      default: false,
    }),
    jwks_refresh: integer({
      description: 'Longest time between two fetches of the keys of vouchers, in seconds.',
      default: 600,
      between: [10, 86400],
    }),
    jwks_cooldown: integer({
      description: 'An unknown kid in a voucher makes the keys be fetched no more often than this, in seconds.',
      default: 30,
      between: [1, 3600],
    }),
    max_stale: integer({
      description: 'How long keys serve while the platform does not answer, in seconds; then requests get 503.',
      default: 86400,
      between: [0, 604800],
    }),
    key_life: integer({
      description: "How long a participant's key serves before it is fetched again, in seconds.",
      default: 3600,
      between: [10, 86400],
    }),
    unknown_key_life: integer({
      description: 'How long a kid that the platform does not know is not asked for again, in seconds.',
      default: 60,
      between: [1, 3600],
    }),
    unknown_key_budget: integer({
      description: 'Look-ups of unknown kids that one client may cause within unknown_key_period.',
      default: 20,
      between: [1, 10000],
    }),
    unknown_key_period: integer({
      description: 'The period of the budget, in seconds.',
      default: 60,
      between: [1, 86400],
    }),
    events: eventsSchema,
    ca: array({
      description:
        "Authorities of the platform's TLS: PEM text or the path of a PEM file. Not set: those of the system.",
      elements: string({ description: 'PEM certificates or a file of them.', referenceable: true }),
    }),
    private_hosts: array({
      description: 'Hosts of the URLs above that may lead to private, loopback or link-local addresses.',
      elements: string({ description: 'A host name or an IP address.' }),
    }),
  },
});
