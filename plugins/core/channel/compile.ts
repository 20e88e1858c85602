import { LRUCache } from 'lru-cache';
import { compilePattern, compileSubjectRule, type SubjectRuleConfig } from '../party';
import { ConfigError } from '../schema';
import type { Signer, TrustMaterial } from '../trust';
import { compileAddresses } from './addresses';
import type { ChannelPolicy, Intermediary } from './types';

/** `channel` as configured, without its trust. */
export interface ChannelConfig {
  readonly header: string | null;
  readonly trusted_addresses: readonly string[] | null;
  readonly match: ChannelPolicy['match'];
  readonly intermediaries: readonly (SubjectRuleConfig & { readonly bodies: readonly string[] | null })[] | null;
}

/**
 * Compiles `channel`. `trust` answers the material of the moment, `revocation` whether its certificates are revoked.
 *
 * @throws ConfigError for fields that need one another.
 */
export function compileChannel(
  config: ChannelConfig,
  trust: () => TrustMaterial,
  revocation: ChannelPolicy['revocation'],
): ChannelPolicy {
  const { header, match } = config;
  const addresses = config.trusted_addresses ?? [];
  const entries = config.intermediaries ?? [];
  if ((header === null) !== (addresses.length === 0)) {
    const missing = header === null ? 'header' : 'trusted_addresses';
    throw new ConfigError(`channel.${missing}`, 'channel.header and channel.trusted_addresses need each other');
  }
  if ((match === 'intermediaries') !== entries.length > 0) {
    throw new ConfigError('channel.intermediaries', 'goes with match: intermediaries, and the other way round');
  }
  return {
    header: header?.toLowerCase(),
    trustedAddress: compileAddresses(addresses, 'channel.trusted_addresses'),
    match,
    intermediaries: entries.map(compileIntermediary),
    resolve: remembering(trust),
    revocation,
  };
}

type IntermediaryConfig = NonNullable<ChannelConfig['intermediaries']>[number];

function compileIntermediary(entry: IntermediaryConfig, index: number): Intermediary {
  const { bodies, ...certificate } = entry;
  if (Object.values(certificate).every((patterns) => patterns === null)) {
    throw new ConfigError(
      `channel.intermediaries[${index + 1}]`,
      'names no certificate, so that it would fit everybody',
    );
  }
  return { fits: compileSubjectRule(certificate), bodies: bodies?.map(compilePattern) };
}

/** A client keeps its certificate: what was found good for its bytes, by the same trust, holds while the path is valid. */
function remembering(trust: () => TrustMaterial): ChannelPolicy['resolve'] {
  const known = new LRUCache<string, Signer>({ max: 2000 });
  return (der, now) => {
    const material = trust();
    const key = `${material.id} ${der.toString('base64')}`;
    const found = known.get(key);
    if (found !== undefined && now >= found.notBefore && now <= found.notAfter) return found;
    const signer = material.byChain([der], now);
    known.set(key, signer);
    return signer;
  };
}
