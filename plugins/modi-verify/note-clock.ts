import { noteIssuedAt } from '../core/clock';
import type { TokenState, Verification } from '../core/verify';

/**
 * For the metric of callers' clocks, whether or not the times were acceptable: the first token whose iat the caller's
 * own clock has written, which that of a voucher is not. Only what a trusted signer has signed counts, so that strangers
 * make no entries; claims are read after the signature has held.
 */
export function noteClock({ tokens, voucher, now }: Verification): void {
  for (const token of [tokens.ID_AUTH, tokens.DPOP, tokens.INTEGRITY, tokens.AUDIT]) {
    const caller = token && signerOf(token, tokens.VOUCHER, voucher?.clientId);
    const iat = token?.claims?.iat;
    if (caller === undefined || iat === undefined) continue;
    // It is used as long as its voucher, so that its age says nothing; but nobody has made one in the future.
    if (token?.kind === 'AUDIT' && iat <= now) continue;
    noteIssuedAt(caller, iat, now);
    return;
  }
}

/** Whom the clock belongs to; undefined where nobody trusted has signed. */
function signerOf(
  token: TokenState,
  voucher: TokenState | undefined,
  clientId: string | undefined,
): string | undefined {
  const { kind, signer, participant, thumbprint } = token;
  if (signer !== undefined) return signer.certificate.organizationIdentifier ?? signer.certificate.subject;
  if (participant !== undefined) return participant.clientId ?? clientId;
  // Anybody can sign a proof: it is the client's only by the key that the platform wrote into the voucher.
  return kind === 'DPOP' && thumbprint !== undefined && thumbprint === voucher?.thumbprint ? clientId : undefined;
}
