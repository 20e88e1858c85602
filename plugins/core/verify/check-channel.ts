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
  run(verification) {
    const { channel: policy } = verification.policy;
    if (policy === undefined) return;
    const der = certificateIn(certificateText(policy, proven(verification.channel, 'channel'), verification.headers));
    if (der === undefined) throw new VerificationError('MODI_CHANNEL_CERTIFICATE_MALFORMED');
    verification.channelHolder = resolved(policy, der, verification).certificate;
  },
  proved: ({ policy, channelHolder }) =>
    policy.channel === undefined ? 'not asked for' : (channelHolder?.subject ?? ''),
};

function certificateText({ header, trustedAddress }: ChannelPolicy, facts: ChannelFacts, headers: Headers): string {
  const sent = header === undefined ? undefined : headers.get(header);
  if (header !== undefined && trustedAddress(facts.peer)) return onlyOne(header, sent);
  if (header !== undefined && sent !== undefined) {
    throw new VerificationError('MODI_CHANNEL_HEADER_UNTRUSTED', { header, found: facts.peer ?? 'unknown' });
  }
  if (facts.verify === undefined || facts.verify === 'NONE' || facts.certificate === undefined) {
    throw new VerificationError('MODI_CHANNEL_CERTIFICATE_MISSING');
  }
  return facts.certificate;
}

function onlyOne(header: string, sent: readonly string[] | undefined): string {
  const [value] = sent ?? [];
  if (value === undefined || value === '') throw new VerificationError('MODI_CHANNEL_CERTIFICATE_MISSING');
  if (sent !== undefined && sent.length > 1) {
    throw new VerificationError('MODI_HEADER_DUPLICATE', { header, count: sent.length });
  }
  return value;
}

/** The trust speaks of tokens; here its reasons are those of the channel. That it cannot be told (503) stays so. */
function resolved(policy: ChannelPolicy, der: Buffer, { now }: Verification): Signer {
  try {
    const signer = policy.resolve(der, now);
    policy.requireUnrevoked(signer.links, now);
    return signer;
  } catch (error) {
    if (!(error instanceof VerificationError) || error.status >= 500) throw error;
    const params = { reason: error.code, found: hintOf(error.code, error.params, 'en') };
    throw new VerificationError('MODI_CHANNEL_CERTIFICATE_REFUSED', params, undefined, { cause: error });
  }
}
