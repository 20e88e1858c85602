import type { Exchange } from '../exchange';

/** Whose answer and shared context a phase reads. In a sound gateway: its own request's. */
export interface AnswerView {
  of(exchange: Exchange): Exchange;
}

/** Each request sees itself. */
export const OWN_ANSWER: AnswerView = { of: (exchange) => exchange };
