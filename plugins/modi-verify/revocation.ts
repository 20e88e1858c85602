import {
  CombinedRevocation,
  ocspKeeperOf,
  revocationKeeperOf,
  type OcspConfig,
  type RevocationKeeper,
} from '../core/revocation';
import { ConfigError } from '../core/schema';
import { readDelegate, readTrustSource, trustedResponder, type TrustKeeper } from '../core/trust';
import type { RevocationJudge } from '../core/verify';
import type { ModiVerifyConfig } from './schema';

/** How a route asks whether certificates are revoked, kept current beside the requests. */
export interface RouteRevocation {
  readonly judge: RevocationJudge;
  /** Starts what is due at `now` (seconds). Answers what to wait for before judging; undefined, as nearly always: nothing. */
  tend(now: number): Promise<void> | undefined;
  /** Until what is on its way beside the requests has arrived or failed. */
  settled(): Promise<void>;
}

type TrustFields = ModiVerifyConfig['trust'];

/**
 * What a configuration says of revocation; undefined: it is not asked about.
 * @throws ConfigError naming field and value.
 */
export function routeRevocation(config: TrustFields, trust: TrustKeeper, now: number): RouteRevocation | undefined {
  const lists = compileLists(config, trust, now);
  const ocsp = compileOcsp(config, lists, trust.id);
  if (ocsp === undefined) {
    return lists && { judge: lists, tend: (at) => lists.prepare(at), settled: () => lists.settled() };
  }
  const judge = new CombinedRevocation({ lists, ocsp, fallsBack: config.ocsp.fall_back_to_crl });
  return {
    judge,
    tend: (at) => lists?.prepare(at),
    settled: async () => {
      await Promise.all([lists?.settled(), ocsp.settled()]);
    },
  };
}

/** Hard where a list is configured at all: who names lists wants them to count. */
function compileLists(config: TrustFields, trust: TrustKeeper, now: number): RevocationKeeper | undefined {
  const crls = config.crls ?? [];
  const policy = config.crl_policy ?? (crls.length > 0 ? 'required' : 'off');
  if (policy === 'off') return undefined;
  if (crls.length === 0) throw new ConfigError('trust.crl_policy', `"${policy}" needs at least one list in trust.crls`);
  const { crl_refresh: refresh, crl_grace: grace, private_hosts: hosts } = config;
  const privateHosts = hosts ?? [];
  const issuers = () => trust.material.issuers;
  return revocationKeeperOf(
    { crls, policy, refresh, grace, privateHosts, issuers, trustId: trust.id },
    'trust.crls',
    now,
  );
}

/** Hard where a responder may be asked at all. */
function compileOcsp(config: TrustFields, lists: RevocationKeeper | undefined, trustId: string) {
  const { responders, hosts, ...rest } = config.ocsp;
  const isNamed = responders !== null || hosts !== null;
  const policy = rest.policy ?? (isNamed ? 'required' : 'off');
  if (policy === 'off') return undefined;
  if (!isNamed) throw new ConfigError('trust.ocsp.policy', `"${policy}" needs responders or hosts beside it`);
  responders?.forEach((url, index) => {
    refuseUrl(url, `trust.ocsp.responders[${index + 1}]`);
  });
  const trustedResponders = (rest.responder_certificates ?? []).flatMap((source, index) =>
    readTrustSource(source, `trust.ocsp.responder_certificates[${index + 1}]`).map(trustedResponder),
  );
  const settings: OcspConfig = {
    policy,
    responders: responders ?? [],
    hosts: hosts ?? [],
    trustedResponders,
    nonce: rest.nonce,
    timeoutMs: rest.timeout,
    refresh: rest.refresh,
    maxAge: rest.max_age,
    privateHosts: config.private_hosts ?? [],
  };
  const isGoodByList: Parameters<typeof ocspKeeperOf>[1]['isGoodByList'] = (link, at) => {
    try {
      return lists !== undefined && 'good' in lists.answer(link, at);
    } catch {
      // Listed: the only thing that an answer is refused with.
      return false;
    }
  };
  return ocspKeeperOf(
    settings,
    { readDelegate, isGoodByList },
    JSON.stringify([trustId, config.crls, config.crl_policy]),
  );
}

function refuseUrl(value: string, field: string): void {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url !== undefined && ['http:', 'https:'].includes(url.protocol) && url.username === '') return;
  throw new ConfigError(field, `"${value}" is no URL of http or https without credentials`);
}
