import { GAUGES } from '../../gauges';
import { configurationId, SharedKeepers } from '../../shared-keepers';
import { JwksKeeper } from './jwks-keeper';
import type { JwksConfig } from './types';

const keepers = new SharedKeepers<JwksKeeper>(15_000);

/**
 * The keeper of configured JWK Sets, the same for the same configuration.
 * @throws ConfigError as the constructor of JwksKeeper.
 */
export function jwksKeeperOf(config: JwksConfig, field: string, now: number): JwksKeeper {
  return keepers.of(configurationId(config), () => new JwksKeeper(config, field, now));
}

GAUGES.push(
  {
    name: 'modi_jwks_failing',
    help: 'JWK Sets whose file or URL cannot be used, so that what is in hand stays in use.',
    read: () => keepers.sum(({ failing }) => failing.length),
  },
  {
    name: 'modi_jwks_age_seconds',
    help: 'Time since the fetch of the JWK Set that was fetched longest ago; minus infinity without any.',
    read: () => Date.now() / 1000 - keepers.least(({ fetchTimes }) => fetchTimes),
  },
);

export { fetchedJwks } from './url-source';
export { keysForSigning } from './read-jwks';
export type { MeantForSigning } from './read-jwks';
export type { JwksKeeper } from './jwks-keeper';
export type { JwksConfig } from './types';
