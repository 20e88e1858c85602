import { mayCarry } from '../channel';
import { PolicyError } from '../errors';
import { proven } from './proven';
import type { Check } from './types';

/**
 * Trust 55 section 4: a channel may belong to a technical partner; the token, never the channel, says who the body is.
 * Where the configuration asks, the channel must be the body's own, or that of a partner which may act for it.
 */
export const checkChannelParty: Check = {
  id: 'channel-party',
  title: { en: 'channel and token', it: 'canale e token' },
  run({ policy, tokens, channelHolder }) {
    const { channel } = policy;
    if (channel === undefined || channel.match === 'none') return;
    const holder = proven(channelHolder, 'client certificate of the channel');
    const body = (tokens.ID_AUTH?.signer ?? tokens.INTEGRITY?.signer)?.certificate;
    if (body !== undefined && mayCarry(channel, holder, body)) return;
    throw new PolicyError('MODI_CHANNEL_PARTY_MISMATCH', {
      found: holder.subject,
      expected: body?.subject ?? 'no signer',
    });
  },
  proved: ({ policy: { channel } }) => (channel === undefined ? 'not asked for' : channel.match),
};
