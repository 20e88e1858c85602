import { array, integer, string } from '../core/schema';

/** The fields of `trust` about chains that tokens name by x5u. */
export const X5U_FIELDS = {
  x5u_hosts: array({
    description:
      'Hosts that x5u of a token may lead to, by https; the chain fetched there counts as if it were x5c. No other host is ever asked. Not set: x5u is not followed.',
    len_min: 1,
    elements: string({ description: 'A host name, or host:port for another port than 443.', match: '^[%w.:%[%]-]+$' }),
  }),
  x5u_ca: array({
    description:
      'Authorities of the servers of x5u_hosts, as for anchors, but read once, when the configuration is loaded; those of the platform when not set.',
    len_min: 1,
    elements: string({ description: 'PEM certificates, a file of certificates, or a folder of files.' }),
  }),
  x5u_refresh: integer({
    description: 'A chain in use is fetched anew after this, in seconds, in the background.',
    default: 300,
    between: [30, 86400],
  }),
  x5u_max_stale: integer({
    description: 'How long a chain counts after it was last fetched, when its server does not answer, in seconds.',
    default: 3600,
    between: [30, 604800],
  }),
};
