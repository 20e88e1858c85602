import { compileChannel, type ChannelFacts, type ChannelPolicy } from '../core/channel';
import { ConfigError, readConfig } from '../core/schema';
import { trustKeeperOf } from '../core/trust';
import type { Kong } from '../runtime/kong';
import { channelSchema } from './channel-schema';
import { routeRevocation } from './revocation';
import type { ModiVerifyConfig } from './schema';

const PATTERN = 'ID_AUTH_CHANNEL_02';

/** RFC 5280 4.2.1.12: TLS clients, or anything. */
export const CLIENT_USAGES = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'];

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
    const unused = writtenOf(channel);
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
  const revocation = routeRevocation(channel, 'channel', trust, now);
  return {
    policy: compileChannel(channel, () => trust.material, revocation?.judge),
    prepare: (at) => [trust.tend(at), revocation?.tend(at)],
    settled: () => Promise.all([trust.settled(), revocation?.settled()]),
  };
}

/** The first field that is not as it is when nothing is said of the channel. */
function writtenOf(channel: ModiVerifyConfig['channel']): string | undefined {
  const written: Readonly<Record<string, unknown>> = channel;
  const silent = Object.entries(readConfig(channelSchema, {}));
  return silent.find(([name, value]) => JSON.stringify(written[name]) !== JSON.stringify(value))?.[0];
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
