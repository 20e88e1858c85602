import { createHash } from 'node:crypto';
import { isoTime, type Material } from '../core/evidence';
import type { TokenState } from '../core/verify';

type RevocationAnswer = NonNullable<TokenState['revocationAnswers']>[number];

/** Of larger lists the hash is kept, and where they came from: they would fill the disk, once for each file of evidence. */
const MAX_DER = 1024 * 1024;

/** An answer is one object as long as it is in hand: so is what is made of it. */
const known = new WeakMap<RevocationAnswer, Material>();

/** What lists and responders have said of the token's certificates when it was judged, as they said it. */
export const revocationMaterials = ({ revocationAnswers = [] }: TokenState): readonly Material[] =>
  revocationAnswers.map(materialOf);

/** Named after its DER alone: fetched again unchanged, it is the same. */
function materialOf(answer: RevocationAnswer): Material {
  let material = known.get(answer);
  if (material === undefined) {
    const { kind, der, source, number, thisUpdate, nextUpdate, retrievedAt } = answer;
    const sha256 = createHash('sha256').update(der).digest('hex');
    const content = {
      kind,
      sha256,
      ...(der.length > MAX_DER ? { bytes: der.length, omitted: 'too large' } : { der: der.toString('base64') }),
      source,
      ...(number === undefined ? {} : { number }),
      this_update: isoTime(thisUpdate),
      ...(nextUpdate === undefined ? {} : { next_update: isoTime(nextUpdate) }),
      retrieved_at: isoTime(retrievedAt),
    };
    material = { id: sha256, content };
    known.set(answer, material);
  }
  return material;
}
