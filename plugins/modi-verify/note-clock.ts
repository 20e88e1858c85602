import { noteIssuedAt } from '../core/clock';
import type { Verification } from '../core/verify';

/**
 * For the metric of callers' clocks, whether or not the times were acceptable. Only what a trusted signer has signed
 * counts, so that strangers make no entries; claims are read after the signature has held.
 */
export function noteClock({ tokens, now }: Verification): void {
  const { signer, claims } = tokens.ID_AUTH ?? {};
  if (signer === undefined || claims === undefined) return;
  const { organizationIdentifier, subject } = signer.certificate;
  noteIssuedAt(organizationIdentifier ?? subject, claims.iat, now);
}
