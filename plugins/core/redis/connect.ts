import type { Cluster, ClusterOptions, Redis, RedisOptions } from 'ioredis';
import type { RedisSettings } from './settings';

/** A client of either kind. */
export type RedisClient = Redis | Cluster;

/** Each try waits longer, up to five seconds, and not in step with other clients. */
const backOff = (times: number): number => Math.min(5000, 50 * 2 ** Math.min(times, 7)) * (0.5 + Math.random() / 2);

/**
 * Begins to connect, and goes on for as long as the client lives. Nothing is queued while there is no connection, and
 * nothing is sent twice: a command whose answer is lost has failed. Loads ioredis, which nobody else needs.
 */
export async function openRedis(settings: RedisSettings): Promise<RedisClient> {
  const { Redis: Single, Cluster: Many } = await import('ioredis');
  const { topology, config } = settings;
  const options = optionsOf(settings);
  switch (topology.kind) {
    case 'single':
      return new Single({ ...options, ...topology.address, db: config.database });
    case 'sentinel':
      return new Single({
        ...options,
        sentinels: topology.nodes.map((node) => ({ ...node })),
        name: topology.master,
        db: config.database,
        sentinelRetryStrategy: backOff,
        sentinelCommandTimeout: config.timeout,
        failoverDetector: true,
        ...(config.sentinel_username === null ? {} : { sentinelUsername: config.sentinel_username }),
        ...(config.sentinel_password === null ? {} : { sentinelPassword: config.sentinel_password }),
        ...(options.tls === undefined ? {} : { sentinelTLS: options.tls, enableTLSForSentinelMode: true }),
      });
    case 'cluster':
      return new Many(
        topology.nodes.map((node) => ({ ...node })),
        clusterOptions(options, config.timeout),
      );
  }
}

const clusterOptions = (redisOptions: RedisOptions, timeout: number): ClusterOptions => ({
  redisOptions,
  enableOfflineQueue: false,
  clusterRetryStrategy: backOff,
  slotsRefreshTimeout: timeout,
  // Its own view of the cluster must not be older than a fail-over takes.
  slotsRefreshInterval: 5000,
  retryDelayOnFailover: 50,
  retryDelayOnClusterDown: 50,
  // Redirections are answers, not lost commands.
  maxRedirections: 4,
});

function optionsOf({ config, authorities }: RedisSettings): RedisOptions {
  return {
    ...(config.username === null ? {} : { username: config.username }),
    ...(config.password === null ? {} : { password: config.password }),
    connectTimeout: config.timeout,
    commandTimeout: config.timeout,
    // A server that keeps the connection and says nothing is given up.
    socketTimeout: config.timeout * 2,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: backOff,
    // After a fail-over the old master is a replica: look again where the master is.
    reconnectOnError: (error) => error.message.includes('READONLY'),
    disableClientInfo: true,
    ...(config.ssl ? { tls: tlsOptions(config, authorities) } : {}),
  };
}

const tlsOptions = (
  { ssl_verify, server_name }: RedisSettings['config'],
  authorities: RedisSettings['authorities'],
): NonNullable<RedisOptions['tls']> => ({
  rejectUnauthorized: ssl_verify,
  ...(server_name === null ? {} : { servername: server_name }),
  ...(authorities === undefined ? {} : { ca: [...authorities] }),
});
