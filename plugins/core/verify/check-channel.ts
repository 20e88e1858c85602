import { certificateIn, type ChannelFacts, type ChannelPolicy } from '../channel';
import { hintOf, VerificationError } from '../errors';
import { proven } from './proven';
import type { Signer } from '../trust';
import type { Check, Headers, Verification } from './types';

/**
 * ID_AUTH_CHANNEL_02: the connection was made with a client certificate that the channel's own trust vouches for. The
 * handshake has proven that the client holds its key; whether nginx liked its path does not matter here. A header counts
 * only from a proxy at a trusted address, and then nothing but the header counts: the connection is the proxy's own.
 */
export const checkChannel: Check = {
  id: 'channel',
  title: { en: 'client certificate of the channel', it: 'certificato client del canale' },
  prepare(verification) {
    const { channel: policy } = verification.policy;
    if (policy?.revocation?.ask === undefined) return undefined;
    return policy.revocation.ask(holderOf(policy, verification).links, verification.now);
  },
  run(verification) {
    const { channel: policy } = verification.policy;
    if (policy === undefined) return;
    const holder = holderOf(policy, verification);
    const verdict = asChannel(() => policy.revocation?.judge(holder.links, verification.now));
    if (verdict !== undefined) verification.channelRevocation = verdict.outcome;
    verification.channelHolder = holder.certificate;
  },
  proved: ({ policy, channelHolder }) =>
    policy.channel === undefined ? 'not asked for' : proven(channelHolder, 'client certificate of the channel').subject,
};

function certificateText({ header, trustedAddress }: ChannelPolicy, facts: ChannelFacts, headers: Headers): string {
  if (header !== undefined) {
    const sent = headers.get(header) ?? [];
    if (trustedAddress(facts.peer)) return onlyOne(header, sent);
    if (sent.length > 0) {
      throw new VerificationError('MODI_CHANNEL_HEADER_UNTRUSTED', { header, found: facts.peer ?? 'unknown' });
    }
  }
  if (facts.verify === undefined || facts.verify === 'NONE' || facts.certificate === undefined) {
    throw new VerificationError('MODI_CHANNEL_CERTIFICATE_MISSING');
  }
  return facts.certificate;
}

function onlyOne(header: string, sent: readonly string[]): string {
  const [value] = sent;
  if (value === undefined || value === '') throw new VerificationError('MODI_CHANNEL_CERTIFICATE_MISSING');
  if (sent.length > 1) throw new VerificationError('MODI_HEADER_DUPLICATE', { header, count: sent.length });
  return value;
}

/** The holder of the channel, whom the channel's trust vouches for. */
function holderOf(policy: ChannelPolicy, { channel, headers, now }: Verification): Signer {
  const der = certificateIn(certificateText(policy, proven(channel, 'channel'), headers));
  if (der === undefined) throw new VerificationError('MODI_CHANNEL_CERTIFICATE_MALFORMED');
  return asChannel(() => policy.resolve(der, now));
}

/** Trust and revocation speak of tokens; here their reasons are those of the channel. That it cannot be told (503) stays so. */
function asChannel<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof VerificationError) || error.status >= 500) throw error;
    const params = { reason: error.code, found: hintOf(error.code, error.params, 'en') };
    throw new VerificationError('MODI_CHANNEL_CERTIFICATE_REFUSED', params, undefined, { cause: error });
  }
}
