import {
  CombinedRevocation,
  ocspKeeperOf,
  revocationKeeperOf,
  type OcspConfig,
  type OcspKeeper,
  type OcspMeans,
  type RevocationJudge,
  type RevocationKeeper,
} from '../core/revocation';
import { ConfigError } from '../core/schema';
import { readDelegate, readTrustSource, trustedResponder, type TrustKeeper } from '../core/trust';
import type { REVOCATION_FIELDS } from './revocation-schema';
import type { ModiVerifyConfig } from './schema';

/** How a route asks whether certificates are revoked, kept current beside the requests. */
export interface RouteRevocation {
  readonly judge: RevocationJudge;
  /** Starts what is due at `now` (seconds). Answers what to wait for before judging; undefined, as nearly always: nothing. */
  tend(now: number): Promise<void> | undefined;
  /** Until what is on its way beside the requests has arrived or failed. */
  settled(): Promise<void>;
}

/** What trust and channel both say of revocation. */
type RevocationFields = Pick<ModiVerifyConfig['channel'], keyof typeof REVOCATION_FIELDS>;

/**
 * What a configuration says of revocation of the certificates of `trust`; undefined: it is not asked about. `prefix` is
 * where in the configuration that stands: `trust` or `channel`.
 * @throws ConfigError naming field and value.
 */
export function routeRevocation(
  config: RevocationFields,
  prefix: 'trust' | 'channel',
  trust: TrustKeeper,
  now: number,
): RouteRevocation | undefined {
  const lists = compileLists(config, prefix, trust, now);
  const ocsp = compileOcsp(config, prefix, lists, trust.id);
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
function compileLists(
  config: RevocationFields,
  prefix: string,
  trust: TrustKeeper,
  now: number,
): RevocationKeeper | undefined {
  const crls = config.crls ?? [];
  const policy = config.crl_policy ?? (crls.length > 0 ? 'required' : 'off');
  if (policy === 'off') return undefined;
  if (crls.length === 0)
    throw new ConfigError(`${prefix}.crl_policy`, `"${policy}" needs at least one list in ${prefix}.crls`);
  const { crl_refresh: refresh, crl_grace: grace, private_hosts: hosts } = config;
  const privateHosts = hosts ?? [];
  const issuers = () => trust.material.issuers;
  return revocationKeeperOf(
    { crls, policy, refresh, grace, privateHosts, issuers, trustId: trust.id },
    `${prefix}.crls`,
    now,
  );
}

function compileOcsp(
  config: RevocationFields,
  prefix: string,
  lists: RevocationKeeper | undefined,
  trustId: string,
): OcspKeeper | undefined {
  const settings = ocspSettings(config, prefix);
  if (settings === undefined) return undefined;
  const isGoodByList: OcspMeans['isGoodByList'] = (link, at) => {
    try {
      const answer = lists?.answer(link, at);
      // A list that has ended vouches for nobody who vouches for others: nothing would show that it did.
      return answer !== undefined && 'by' in answer && answer.outcome === 'good';
    } catch {
      // Listed: the only thing that an answer is refused with.
      return false;
    }
  };
  const scope = JSON.stringify([trustId, config.crls, config.crl_policy]);
  return ocspKeeperOf(settings, { readDelegate, isGoodByList }, scope);
}

/**
 * Whom to ask, and what answers mean; undefined: nobody. Hard where a responder may be asked at all. `prefix` as for
 * routeRevocation.
 * @throws ConfigError naming field and value.
 */
export function ocspSettings(config: RevocationFields, prefix: string): OcspConfig | undefined {
  const { responders, hosts, ...rest } = config.ocsp;
  const isNamed = responders !== null || hosts !== null;
  const policy = rest.policy ?? (isNamed ? 'required' : 'off');
  if (policy === 'off') return undefined;
  if (!isNamed) throw new ConfigError(`${prefix}.ocsp.policy`, `"${policy}" needs responders or hosts beside it`);
  responders?.forEach((url, index) => {
    refuseUrl(url, `${prefix}.ocsp.responders[${index + 1}]`);
  });
  const trustedResponders = (rest.responder_certificates ?? []).flatMap((source, index) =>
    readTrustSource(source, `${prefix}.ocsp.responder_certificates[${index + 1}]`).map(trustedResponder),
  );
  return {
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
}

function refuseUrl(value: string, field: string): void {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url !== undefined && ['http:', 'https:'].includes(url.protocol) && url.username === '') return;
  throw new ConfigError(field, `"${value}" is no URL of http or https without credentials`);
}
