import { LRUCache } from 'lru-cache';

/** A signed answer, as `modi-sign` leaves it to `modi-audit`. */
export interface AnswerLeft {
  /** By which evidence and Kong's record are joined. */
  readonly requestId: string | undefined;
  /** The random id that modi-verify has given the request. */
  readonly ownId: string | undefined;
  readonly status: number | undefined;
  /** The Digest header. */
  readonly digest: string | undefined;
}

/** Ids of requests whose answer is to be kept, by the random id of modi-verify. Those never answered go first. */
const expected = new LRUCache<string, string>({ max: 2000 });
/** By the signature: there are no two of one jti, so no answer can be taken for another. */
const left = new LRUCache<string, AnswerLeft>({ max: 2000 });

/** `modi-audit`, of a request that it has kept the evidence of. */
export const expectAnswer = (ownId: string, requestId: string): void => void expected.set(ownId, requestId);

/** `modi-sign`, of an answer that it has signed: nothing is kept of one that nobody expects. */
export function handOverAnswer(ownId: string, signature: string, answer: Pick<AnswerLeft, 'status' | 'digest'>): void {
  const requestId = expected.get(ownId);
  if (requestId === undefined) return;
  expected.delete(ownId);
  left.set(signature, { requestId, ownId, ...answer });
}

/** Once, by the signature that leaves. Undefined when another process has made it, or the service itself. */
export function takeOverAnswer(signature: string): AnswerLeft | undefined {
  const found = left.get(signature);
  left.delete(signature);
  return found;
}
