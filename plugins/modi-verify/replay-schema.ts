import { integer, record, string } from '../core/schema';
import { redisFields } from '../core/redis';

const { host, port, ...connection } = redisFields({ ssl: false });

const redisSchema = record({
  description: 'The shared memory: Redis 6 or later, or Valkey. Give host, or the sentinel fields, or cluster_nodes.',
  fields: {
    host,
    port,
    timeout: integer({
      description: 'Longest wait for connection and answer together, in milliseconds; after it the request is refused.',
      default: 500,
      between: [10, 3000],
    }),
    ...connection,
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
