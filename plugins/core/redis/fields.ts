import { array, boolean, integer, record, string } from '../schema';

const port = (description: string) => integer({ description, default: 6379, between: [0, 65535] });

/** How to reach a Redis or Valkey, in the words of Kong's own plugins. `ssl`: whether TLS is the default. */
export const redisFields = <const T extends boolean>({ ssl }: { readonly ssl: T }) => ({
  host: string({ description: 'Address of the server, where there is just one.', referenceable: true }),
  port: port('Port of the server.'),
  username: string({ description: 'ACL user. Not set: the default user.', referenceable: true }),
  password: string({ description: 'Password of the user.', referenceable: true, encrypted: true }),
  database: integer({
    description: 'Number of the database; a cluster has only 0.',
    default: 0,
    between: [0, 65535],
  }),
  ssl: boolean({ description: 'Connect with TLS, to sentinels as well.', default: ssl }),
  ssl_verify: boolean({
    description: 'With ssl: the certificate of the server must be valid for its name. On by default, unlike in Kong.',
    default: true,
  }),
  ssl_ca: array({
    description:
      'Authorities that may vouch for the server: PEM text, or the path of a PEM file, read once. Not set: those of Node.js.',
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
});
