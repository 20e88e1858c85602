import { createHash } from 'node:crypto';

/** The namespace from which Kong derives the ids of entities that a declarative file leaves without one. */
const ENTITIES = 'fd02801f-0957-4a15-a55a-c8d9606f30b5';

/** The id Kong would give: version 5 of a UUID, from the kind of entity and its unique name. */
export const entityId = (kind: string, key: string): string => uuidV5(uuidV5(ENTITIES, kind), key);

/** RFC 9562 5.5. Both arguments as Kong holds them: `key` is a byte string. */
function uuidV5(namespace: string, key: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(Buffer.from(key, 'latin1'))
    .digest()
    .subarray(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
