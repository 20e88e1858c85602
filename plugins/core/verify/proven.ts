import type { TokenKind } from '../errors';
import type { TokenState, Verification } from './types';

/** An earlier step's result. Its absence is a mistake in the order of the checks, never the caller's. */
export function proven<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new TypeError(`${what} is not established yet: the checks are out of order`);
  return value;
}

/** The token of the Authorization header, whoever issued it. */
export const authorizationOf = ({ tokens }: Verification): TokenState =>
  proven(tokens.ID_AUTH ?? tokens.VOUCHER, 'the token in Authorization');

export const tokenOf = (verification: Verification, kind: TokenKind): TokenState =>
  proven(verification.tokens[kind], `the ${kind} token`);
