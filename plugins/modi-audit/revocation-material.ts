import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { isoTime, type Material } from '../core/evidence';
import type { TokenState } from '../core/verify';
import { once } from './once';

type RevocationAnswer = NonNullable<TokenState['revocationAnswers']>[number];

/** Of larger lists the hash is kept, and where they came from: they would fill the disk, once for each file of evidence. */
const MAX_DER = 1024 * 1024;

/** When a content was first in hand: fetched again unchanged it is the same material, and is not kept again. */
const firstRetrieved = new LRUCache<string, number>({ max: 10_000 });

/** What lists and responders have said of the token's certificates when it was judged, as they said it. */
export const revocationMaterials = ({ revocationAnswers = [] }: TokenState): readonly Material[] =>
  revocationAnswers.map((answer) => once(answer, () => contentOf(answer)));

function contentOf(answer: RevocationAnswer): Material['content'] {
  const { kind, der, source, number, thisUpdate, nextUpdate } = answer;
  const sha256 = createHash('sha256').update(der).digest('hex');
  const retrievedAt = firstRetrieved.get(sha256) ?? answer.retrievedAt;
  firstRetrieved.set(sha256, retrievedAt);
  return {
    kind,
    sha256,
    ...(der.length > MAX_DER ? { bytes: der.length, omitted: 'too large' } : { der: der.toString('base64') }),
    source,
    ...(number === undefined ? {} : { number }),
    this_update: isoTime(thisUpdate),
    ...(nextUpdate === undefined ? {} : { next_update: isoTime(nextUpdate) }),
    retrieved_at: isoTime(retrievedAt),
  };
}
