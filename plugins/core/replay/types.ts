import type { TokenKind } from '../errors';

/** One token that must not be accepted twice. Times in seconds since the epoch, as in its claims. */
export interface ReplayEntry {
  readonly key: string;
  readonly kind: TokenKind;
  readonly iat: number;
  readonly exp: number;
}

/** What became of a claim: all entries were new and are now taken, or nothing was taken. */
export type ReplayVerdict =
  { readonly verdict: 'fresh' } | { readonly verdict: 'seen'; readonly kind: TokenKind } | { readonly verdict: 'full' };

/** How long a token can be accepted at all: the widest of all routes, so that no route forgets what another may accept. */
export interface ReplayWindow {
  readonly maxAge: number;
  readonly clockSkew: number;
  readonly maxEntries: number;
}
