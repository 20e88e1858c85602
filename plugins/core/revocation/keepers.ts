import { GAUGES } from '../gauges';
import { configurationId, SharedKeepers } from '../shared-keepers';
import { RevocationKeeper } from './revocation-keeper';
import type { RevocationConfig } from './types';

const keepers = new SharedKeepers<RevocationKeeper>(15_000);

/**
 * The keeper of a configuration's lists, the same for the same configuration. The issuers are a function, which is no
 * part of its id: the trust they come from has an id of its own.
 *
 * @throws ConfigError as the constructor of RevocationKeeper.
 */
export const revocationKeeperOf = (config: RevocationConfig, field: string, now: number): RevocationKeeper =>
  keepers.of(configurationId(config), () => new RevocationKeeper(config, field, now));

GAUGES.push(
  {
    name: 'modi_revocation_lists',
    help: 'Revocation lists in hand.',
    read: () => keepers.sum(({ inHand }) => inHand.length),
  },
  {
    name: 'modi_revocation_next_update_seconds',
    help: 'Seconds until the first of the revocation lists in hand ends; negative when it has.',
    read: () => keepers.least(({ inHand }) => inHand.map(({ crl }) => crl.nextUpdate)) - Date.now() / 1000,
  },
  {
    name: 'modi_revocation_age_seconds',
    help: 'Age of the oldest of the revocation lists in hand, by its thisUpdate; minus infinity without any.',
    read: () => Date.now() / 1000 - keepers.least(({ inHand }) => inHand.map(({ crl }) => crl.thisUpdate)),
  },
  {
    name: 'modi_revocation_failing',
    help: 'Sources of revocation lists whose last renewal failed.',
    read: () => keepers.sum(({ failing }) => failing.length),
  },
  {
    name: 'modi_revocation_soft',
    help: 'Configurations with revocation lists that can let through what no current list covers.',
    read: () => keepers.sum(({ isSoft }) => Number(isSoft)),
  },
  {
    name: 'modi_revocation_unchecked',
    help: 'Tokens let through with a certificate that no revocation list covers, since the start.',
    read: () => keepers.sum(({ unchecked }) => unchecked),
  },
  {
    name: 'modi_revocation_grace',
    help: 'Tokens let through by a revocation list that had ended, within crl_grace, since the start.',
    read: () => keepers.sum(({ inGrace }) => inGrace),
  },
);
