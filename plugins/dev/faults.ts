import type { AnswerView } from './pdk';
import type { Exchange } from './exchange';

/**
 * Misbehaviour that real gateways have been seen to have, for tests of what plugins do about it. Never on by default.
 */
export interface GatewayFaults {
  /**
   * Kong 3.9 after a failed log event: a response phase reads request headers, answer headers, status and
   * kong.ctx.shared of another request, while kong.nginx.get_var and kong.service.response stay right.
   */
  readonly crossRequestLeak?: boolean;
}

/** What requests can be mistaken for: the one that ended last, or else one that is being answered. */
export interface OtherExchanges {
  readonly ended: Exchange | undefined;
  readonly inFlight: ReadonlySet<Exchange>;
}

/** Shows every response phase the data of another request, when there has been one. */
export function leakingView(others: OtherExchanges): AnswerView {
  return {
    of: (exchange) => {
      // Only an answer can be mistaken for another answer; in access everybody still sees themselves.
      if (exchange.answer.status === 0) return exchange;
      if (others.ended !== undefined) return others.ended;
      for (const other of others.inFlight) if (other !== exchange && other.answer.status !== 0) return other;
      return exchange;
    },
  };
}
