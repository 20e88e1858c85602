import type { TokenKind } from '../errors';

/** One token that must not be accepted twice. Times in seconds since the epoch, as in its claims. */
export interface ReplayEntry {
  readonly key: string;
  readonly kind: TokenKind;
  readonly iat: number;
  readonly exp: number;
}

/**
 * The message a request carries, where the parties agreed on resends: a token that comes again with the same
 * fingerprint is the same message sent again, and is taken up to `max` times more.
 */
export interface Resend {
  readonly fingerprint: string;
  readonly max: number;
}

/**
 * What became of a claim: all entries are taken (`fresh`, `resent`), or nothing was taken. `weak`: taken by the memory of
 * this process alone, because the shared one was down or full, and `on_outage` is `memory`.
 */
export type ReplayVerdict =
  | { readonly verdict: 'fresh'; readonly weak?: true }
  /** The same message for the `attempt`-th time; the first one is attempt 1. */
  | { readonly verdict: 'resent'; readonly attempt: number; readonly weak?: true }
  | { readonly verdict: 'seen'; readonly kind: TokenKind }
  /** The same message, but `attempts` were accepted already, which is all that was agreed. */
  | { readonly verdict: 'exhausted'; readonly kind: TokenKind; readonly attempts: number }
  | { readonly verdict: 'full' }
  /** The memory could not be asked; worth another try after `retryAfter` seconds. */
  | { readonly verdict: 'down'; readonly retryAfter: number };

/**
 * The memory of accepted tokens. A claim is atomic over every process that shares the memory: of two requests with
 * one token, one is fresh. Never throws and never rejects.
 */
export interface ReplayStore {
  claim(entries: readonly ReplayEntry[], now: number, resend?: Resend): ReplayVerdict | Promise<ReplayVerdict>;
}

/** How long a token can be accepted at all: the widest of all routes, so that no route forgets what another may accept. */
export interface ReplayWindow {
  readonly maxAge: number;
  readonly clockSkew: number;
  readonly maxEntries: number;
}
