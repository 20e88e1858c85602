import { compileChannel, type ChannelFacts, type ChannelPolicy } from '../core/channel';
import { revocationKeeperOf } from '../core/revocation';
import { ConfigError } from '../core/schema';
import { trustKeeperOf, type TrustKeeper } from '../core/trust';
import type { Kong } from '../runtime/kong';
import type { ModiVerifyConfig } from './schema';

const PATTERN = 'ID_AUTH_CHANNEL_02';

/** RFC 5280 4.2.1.12: TLS clients, or anything. */
const CLIENT_USAGES = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'];

/** A route's channel: what judges it, and what looks after its trust. */
export interface RouteChannel {
  readonly policy: ChannelPolicy;
  prepare(now: number): (Promise<void> | undefined)[];
  settled(): Promise<unknown>;
}

/**
 * Compiles `channel`, when the pattern asks for it, at `now` (seconds since the epoch). `voucher`: whether a voucher
 * authenticates.
 *
 * @throws ConfigError naming field and problem.
 */
export function compileRouteChannel(
  { patterns, channel }: ModiVerifyConfig,
  voucher: boolean,
  now: number,
): RouteChannel | undefined {
  if (!patterns.includes(PATTERN)) {
    const unused = Object.entries(channel).find(([name, value]) => name !== 'match' && value !== null)?.[0];
    if (unused === undefined) return undefined;
    throw new ConfigError(`channel.${unused}`, `is for the pattern ${PATTERN}, which patterns does not name`);
  }
  if (voucher && channel.match !== 'none' && !patterns.includes('INTEGRITY_REST_01')) {
    throw new ConfigError('channel.match', 'compares certificates, and no token of this route is signed with one');
  }
  const { anchors, certificates } = channel;
  const trust = trustKeeperOf(
    { anchors, certificates, maxChain: 2, extendedKeyUsage: CLIENT_USAGES, fieldPrefix: 'channel' },
    now,
  );
  const revocation = revocationOf(channel.crls ?? [], trust, now);
  const requireUnrevoked: ChannelPolicy['requireUnrevoked'] = (links, at) => void revocation?.judge(links, at);
  return {
    policy: compileChannel(channel, () => trust.material, requireUnrevoked),
    prepare: (at) => [trust.tend(at), revocation?.prepare(at)],
    settled: () => Promise.all([trust.settled(), revocation?.settled()]),
  };
}

function revocationOf(crls: readonly string[], trust: TrustKeeper, now: number) {
  if (crls.length === 0) return undefined;
  const issuers = () => trust.material.issuers;
  const rules = { policy: 'required', refresh: 3600, grace: 0, privateHosts: [] } as const;
  return revocationKeeperOf({ crls, ...rules, issuers, trustId: trust.id }, 'channel.crls', now);
}

/** Asks for the connection, with the headers in one write; undefined, and nothing asked, where no pattern wants it. */
export function askChannel(kong: Kong, policy: ChannelPolicy | undefined): Promise<ChannelFacts> | undefined {
  if (policy === undefined) return undefined;
  const answers = Promise.all([
    kong.nginx.getVar('ssl_client_verify'),
    kong.nginx.getVar('ssl_client_raw_cert'),
    policy.header === undefined ? undefined : kong.client.getIp(),
  ]);
  return answers.then(([verify, certificate, peer]) => ({ verify, certificate, peer }));
}
