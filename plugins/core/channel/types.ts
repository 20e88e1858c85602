import type { SubjectRule, TextPattern } from '../party';
import type { RevocationJudge } from '../revocation';
import type { Signer } from '../trust';
import type { AddressList } from './addresses';

/** What is known of the connection that a request came on. */
export interface ChannelFacts {
  /** nginx's ssl_client_verify: NONE, SUCCESS or FAILED:reason; undefined without TLS. What it means is judged here. */
  readonly verify: string | undefined;
  /** PEM of the client's certificate, whose key the client has proven to hold in the handshake. */
  readonly certificate: string | undefined;
  /** Who is at the other end of the connection; asked for only where a header is configured. */
  readonly peer: string | undefined;
}

/** A technical partner, and the bodies for which it may carry tokens. */
export interface Intermediary {
  readonly fits: SubjectRule;
  /** Patterns for the body's organizationIdentifier; undefined: any body. */
  readonly bodies: readonly TextPattern[] | undefined;
}

/** The compiled `channel` of a route. */
export interface ChannelPolicy {
  /** The header in which a proxy hands on the client's certificate, in lower case. */
  readonly header: string | undefined;
  readonly trustedAddress: AddressList;
  readonly match: 'none' | 'same_party' | 'intermediaries';
  readonly intermediaries: readonly Intermediary[];
  /** As SignerDirectory.byChain, for the one certificate that nginx hands on. */
  readonly resolve: (der: Buffer, now: number) => Signer;
  /** Undefined: revocation is not asked about. */
  readonly revocation: RevocationJudge | undefined;
}
