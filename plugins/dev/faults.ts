import type { AnswerView } from './pdk';
import type { Exchange } from './exchange';

/**
 * Misbehaviour that real gateways have been seen to have, for tests of what plugins do about it. Never on by default.
 */
export interface GatewayFaults {
  /**
   * Kong 3.9 after a failed log event: a response phase reads the headers, the status and kong.ctx.shared of another
   * request in flight, while kong.nginx.get_var stays right.
   */
  readonly crossRequestLeak?: boolean;
}

/** Shows every request the data of another one that is being served, when there is one. */
export function leakingView(inFlight: ReadonlySet<Exchange>): AnswerView {
  return {
    of: (exchange) => {
      // Only an answer can be mistaken for another answer; in access everybody still sees themselves.
      if (exchange.answer.status === 0) return exchange;
      for (const other of inFlight) if (other !== exchange && other.answer.status !== 0) return other;
      return exchange;
    },
  };
}
