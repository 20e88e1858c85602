import { GAUGES } from '../../gauges';
import { configurationId, SharedKeepers } from '../../shared-keepers';
import { OcspKeeper, type OcspMeans } from './ocsp-keeper';
import type { OcspConfig } from './types';

const keepers = new SharedKeepers<OcspKeeper>(15_000);

/** The keeper of a configuration, the same for the same configuration. `scope` names the trust and the lists it uses. */
export const ocspKeeperOf = (config: OcspConfig, means: OcspMeans, scope: string): OcspKeeper => {
  const { trustedResponders, ...rest } = config;
  const names = trustedResponders.map(({ thumbprint }) => thumbprint);
  return keepers.of(configurationId([rest, names, scope]), () => new OcspKeeper(config, means));
};

GAUGES.push(
  {
    name: 'modi_ocsp_answers',
    help: 'Answers of OCSP responders in hand.',
    read: () => keepers.sum(({ answerTimes }) => answerTimes.length),
  },
  {
    name: 'modi_ocsp_age_seconds',
    help: 'Age of the oldest OCSP answer in hand, by its thisUpdate; minus infinity without any.',
    read: () => Date.now() / 1000 - keepers.least(({ answerTimes }) => answerTimes),
  },
  {
    name: 'modi_ocsp_failing',
    help: 'Certificates about which the last question to an OCSP responder brought nothing.',
    read: () => keepers.sum(({ failing }) => failing),
  },
  {
    name: 'modi_ocsp_soft',
    help: 'Configurations that can let through a certificate about which no OCSP responder has answered.',
    read: () => keepers.sum(({ config }) => Number(config.policy === 'if_present')),
  },
  {
    name: 'modi_ocsp_unchecked',
    help: 'Tokens let through with a certificate about which no OCSP responder has answered, since the start.',
    read: () => keepers.sum(({ unchecked }) => unchecked),
  },
);

export type { OcspKeeper, OcspMeans } from './ocsp-keeper';
export type { DelegateReader, OcspConfig, ResponderCertificate } from './types';
