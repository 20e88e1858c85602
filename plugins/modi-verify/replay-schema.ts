import { array, boolean, integer, record, string } from '../core/schema';

const port = (description: string) => integer({ description, default: 6379, between: [0, 65535] });

const redisSchema = record({
  description: 'The shared memory: Redis 6 or later, or Valkey. Give host, or the sentinel fields, or cluster_nodes.',
  fields: {
    host: string({ description: 'Address of the server, where there is just one.', referenceable: true }),
    port: port('Port of the server.'),
    timeout: integer({
      description: 'Longest wait for connection and answer together, in milliseconds; after it the request is refused.',
      default: 500,
      between: [10, 3000],
    }),
    username: string({ description: 'ACL user. Not set: the default user.', referenceable: true }),
    password: string({ description: 'Password of the user.', referenceable: true, encrypted: true }),
    database: integer({
      description: 'Number of the database; a cluster has only 0.',
      default: 0,
      between: [0, 65535],
    }),
    ssl: boolean({ description: 'Connect with TLS, to sentinels as well.', default: false }),
    ssl_verify: boolean({
      description: 'With ssl: the certificate of the server must be valid for its name. On by default, unlike in Kong.',
      default: true,
    }),
    ssl_ca: array({
      description:
        'Authorities that may vouch for the server: PEM text, or the path of a PEM file. Not set: those of Node.js.',
      elements: string({ description: 'PEM certificates or a file of them.', referenceable: true }),
    }),
    server_name: string({ description: 'Name that the certificate must hold, sent as SNI. Not set: the host.' }),
    sentinel_master: string({ description: 'Name of the master that the sentinels watch.' }),
    sentinel_nodes: array({
      description: 'The sentinels, each as host and port (26379 as a rule).',
      elements: record({
        description: 'One sentinel.',
        fields: { host: string({ description: 'Its address.' }), port: port('Port of the sentinel.') },
      }),
    }),
    sentinel_username: string({ description: 'ACL user at the sentinels.', referenceable: true }),
    sentinel_password: string({ description: 'Password at the sentinels.', referenceable: true, encrypted: true }),
    cluster_nodes: array({
      description: 'Some nodes of the cluster, each as ip and port; the others are found.',
      elements: record({
        description: 'One node of the cluster.',
        fields: { ip: string({ description: 'Its address or name.' }), port: port('Port of the node.') },
      }),
    }),
    prefix: string({
      description:
        'What all keys begin with, as their hash tag. Gateways of one prefix on one server share their memory.',
      default: 'modi:replay',
      match: '^[%w:._-]+$',
    }),
  },
});

/** `replay`: the memory of accepted tokens, and what becomes of one that comes again. */
export const replaySchema = record({
  description: 'Memory of the tokens already accepted, by token kind, issuer and jti.',
  fields: {
    store: string({
      description:
        'Where the memory is. memory: in the plugin server, one per Kong node. redis: shared by all nodes, in one atomic step per request.',
      default: 'memory',
      one_of: ['memory', 'redis'],
    }),
    max_entries: integer({
      description:
        'Most tokens remembered in the plugin server at a time; when full, requests are refused with 503. The greatest value of all routes counts.',
      default: 1000000,
      between: [1, 50000000],
    }),
    on_duplicate: string({
      description:
        'A jti that comes again. refuse: 409. allow_same_digest: up to max_resends times let through when method, path and digest of the body are the same; only with INTEGRITY_REST_01, and only for a service that takes a repeated message as one (X-ModI-Attempt tells it).',
      default: 'refuse',
      one_of: ['refuse', 'allow_same_digest'],
    }),
    max_resends: integer({
      description: 'allow_same_digest: resends of a message beyond the first reception, as agreed with the callers.',
      default: 3,
      between: [1, 100],
    }),
    on_outage: string({
      description:
        'redis does not answer. refuse: 503 with Retry-After. memory: the memory of this node alone decides, which is weaker: during an outage a token is accepted once per node.',
      default: 'refuse',
      one_of: ['refuse', 'memory'],
    }),
    redis: redisSchema,
  },
});
