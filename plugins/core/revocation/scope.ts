import { booleanOf, DerError, Reader, elementAt, type Element } from './der';
import { urisOf } from './distribution-points';

/** Which certificates of its issuer a list speaks about (RFC 5280 5.2.5). */
export interface CrlScope {
  readonly certificates: 'all' | 'users' | 'authorities';
  /** The partition's names; undefined when the list is not partitioned. */
  readonly partition: readonly string[] | undefined;
}

export const WHOLE_SCOPE: CrlScope = { certificates: 'all', partition: undefined };

const TAGS = {
  point: 0xa0,
  users: 0x81,
  authorities: 0x82,
  someReasons: 0x83,
  indirect: 0x84,
  attributes: 0x85,
} as const;

/** @throws DerError for an indirect list, one for some reasons only, and one of attribute certificates. */
export function scopeOf(bytes: Buffer, extension: Element): CrlScope {
  const fields = new Reader(bytes, elementAt(bytes, extension.content, extension.end));
  const point = fields.optional(TAGS.point);
  const flag = (tag: number): boolean => {
    const element = fields.optional(tag);
    return element !== undefined && booleanOf(bytes, element);
  };
  const users = flag(TAGS.users);
  const authorities = flag(TAGS.authorities);
  if (fields.optional(TAGS.someReasons) !== undefined) {
    throw new DerError('covers some reasons of revocation only, which is not supported; configure the complete list');
  }
  if (flag(TAGS.indirect)) {
    throw new DerError(
      "is an indirect list, which is not supported; configure the lists of the certificates' own issuers",
    );
  }
  if (flag(TAGS.attributes)) throw new DerError('lists attribute certificates');
  fields.finish();
  if (users && authorities) throw new DerError('claims to hold users only and authorities only');
  return {
    certificates: users ? 'users' : authorities ? 'authorities' : 'all',
    partition: point === undefined ? undefined : urisOf(bytes, point),
  };
}
