import { anyFits } from '../party';
import type { CertificateFacts } from '../trust';
import type { ChannelPolicy } from './types';

/** Whether the holder of the channel may bring a token of `body`: it is that body, or a technical partner of it. */
export function mayCarry(
  { match, intermediaries }: ChannelPolicy,
  holder: CertificateFacts,
  body: CertificateFacts,
): boolean {
  if (match === 'none' || sameParty(holder, body)) return true;
  if (match === 'same_party') return false;
  const { organizationIdentifier } = body;
  const bodies = organizationIdentifier === undefined ? [] : [organizationIdentifier];
  return intermediaries.some(
    ({ fits, bodies: patterns }) => fits(holder) && (patterns === undefined || anyFits(patterns, bodies)),
  );
}

/** The same certificate, or the same organizationIdentifier; names that merely look alike are not compared. */
const sameParty = (one: CertificateFacts, other: CertificateFacts): boolean =>
  one.thumbprint === other.thumbprint ||
  (one.organizationIdentifier !== undefined && one.organizationIdentifier === other.organizationIdentifier);
