import { ConfigError } from '../schema';
import { readTrustSource } from '../trust';

/** How to reach a Redis as configured, in the words of Kong's own plugins. Times in milliseconds. */
export interface RedisConfig {
  readonly host: string | null;
  readonly port: number;
  readonly timeout: number;
  readonly username: string | null;
  readonly password: string | null;
  readonly database: number;
  readonly ssl: boolean;
  readonly ssl_verify: boolean;
  readonly ssl_ca: readonly string[] | null;
  readonly server_name: string | null;
  readonly sentinel_master: string | null;
  readonly sentinel_nodes: readonly { readonly host: string | null; readonly port: number }[] | null;
  readonly sentinel_username: string | null;
  readonly sentinel_password: string | null;
  readonly cluster_nodes: readonly { readonly ip: string | null; readonly port: number }[] | null;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where the server is, and by which way it is found. */
export type Topology =
  | { readonly kind: 'single'; readonly address: Address }
  | { readonly kind: 'sentinel'; readonly master: string; readonly nodes: readonly Address[] }
  | { readonly kind: 'cluster'; readonly nodes: readonly Address[] };

/** Checked settings. */
export interface RedisSettings {
  readonly topology: Topology;
  /** What may be printed of it: addresses, never a credential. */
  readonly name: string;
  readonly config: RedisConfig;
  /** PEM of the authorities that may vouch for the server; undefined: those of the platform. */
  readonly authorities: readonly string[] | undefined;
}

/**
 * @param field where the configuration stands, for its errors
 * @throws ConfigError when it does not say where Redis is, says it twice, or names an authority that cannot be read.
 */
export function redisSettings(config: RedisConfig, field: string): RedisSettings {
  const topology = topologyOf(config, field);
  const authorities = config.ssl_ca?.flatMap((source, index) =>
    readTrustSource(source, `${field}.ssl_ca[${index + 1}]`).map(({ x509 }) => x509.toString()),
  );
  return { topology, name: nameOf(topology), config, authorities };
}

function topologyOf(
  { host, port, sentinel_master: master, sentinel_nodes, cluster_nodes }: RedisConfig,
  field: string,
): Topology {
  const ways = [host !== null, master !== null || sentinel_nodes !== null, cluster_nodes !== null];
  if (ways.filter(Boolean).length !== 1) {
    throw new ConfigError(field, 'exactly one of host, sentinel_master with sentinel_nodes, cluster_nodes');
  }
  if (host !== null) return { kind: 'single', address: { host, port } };
  if (cluster_nodes !== null) {
    const nodes = cluster_nodes.map(({ ip, port: at }) => ({ host: ip, port: at }));
    return { kind: 'cluster', nodes: named(nodes, `${field}.cluster_nodes`) };
  }
  if (master === null) throw new ConfigError(`${field}.sentinel_master`, 'is needed beside sentinel_nodes');
  return { kind: 'sentinel', master, nodes: named(sentinel_nodes ?? [], `${field}.sentinel_nodes`) };
}

function named(nodes: readonly { readonly host: string | null; readonly port: number }[], field: string): Address[] {
  if (nodes.length === 0) throw new ConfigError(field, 'at least one node is needed');
  return nodes.map(({ host, port }, index) => {
    if (host === null) throw new ConfigError(`${field}[${index + 1}]`, 'the address of the node is missing');
    return { host, port };
  });
}

function nameOf(topology: Topology): string {
  const text = ({ host, port }: Address): string => `${host}:${port}`;
  switch (topology.kind) {
    case 'single':
      return text(topology.address);
    case 'sentinel':
      return `${topology.master} of sentinels ${topology.nodes.map(text).join(', ')}`;
    case 'cluster':
      return `cluster ${topology.nodes.map(text).join(', ')}`;
  }
}
