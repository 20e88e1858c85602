import { VerificationError, type TokenKind } from '../errors';

/**
 * Hands over a key of the platform, at once when it is in hand. What holds the keys knows nothing of tokens: its
 * refusals get the token they were found in.
 */
export function takeKey<K>(
  kind: TokenKind,
  ask: () => K | Promise<K>,
  take: (key: K) => void,
): Promise<void> | undefined {
  const retagged = (error: unknown): never => {
    if (!(error instanceof VerificationError)) throw error;
    throw new VerificationError(error.code, error.params, kind, { cause: error });
  };
  let key: K | Promise<K>;
  try {
    key = ask();
  } catch (error) {
    return retagged(error);
  }
  if (key instanceof Promise) return key.then(take, retagged);
  take(key);
  return undefined;
}
