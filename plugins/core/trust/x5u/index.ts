import { GAUGES } from '../../gauges';
import { configurationId, SharedKeepers } from '../../shared-keepers';
import type { X5uConfig } from './types';
import { X5uKeeper } from './x5u-keeper';

const keepers = new SharedKeepers<X5uKeeper>(60_000);

/** The keeper of a configuration, the same for the same configuration. */
export const x5uKeeperOf = (config: X5uConfig): X5uKeeper =>
  keepers.of(configurationId(config), () => new X5uKeeper(config));

GAUGES.push(
  {
    name: 'modi_fetched_chains',
    help: 'Addresses of x5u that are remembered, with their chain or their failure.',
    read: () => keepers.sum(({ size }) => size),
  },
  {
    name: 'modi_fetched_chain_failures',
    help: 'Fetches for an x5u that brought no chain of certificates, since the start.',
    read: () => keepers.sum(({ failed }) => failed),
  },
);

export type { UrlReference } from './types';
export type { X5uKeeper } from './x5u-keeper';
