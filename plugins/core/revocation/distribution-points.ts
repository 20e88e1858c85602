import { contentOf, DerError, Reader, elementAt, TAG, type Element } from './der';

const TAGS = { point: 0xa0, fullName: 0xa0, uri: 0x86 } as const;

/** The URIs among the names of one DistributionPointName (RFC 5280 4.2.1.13), compared as text. */
export function urisOf(bytes: Buffer, distributionPointName: Element): readonly string[] {
  const inside = new Reader(bytes, distributionPointName);
  const fullName = inside.optional(TAGS.fullName);
  if (fullName === undefined) return [];
  const names = new Reader(bytes, fullName);
  const uris: string[] = [];
  while (!names.done) {
    const name = names.next(names.ahead ?? 0);
    if (name.tag === TAGS.uri) uris.push(contentOf(bytes, name).toString('latin1'));
  }
  return uris;
}

/**
 * The URIs of a certificate's cRLDistributionPoints: which partition of its issuer's lists it belongs to. Points for
 * some reasons only, or with an issuer of their own, do not count. Nothing is ever fetched from here.
 */
export function distributionPointsOf(extension: Buffer): readonly string[] {
  try {
    const points = new Reader(extension, elementAt(extension, 0, extension.length));
    const uris: string[] = [];
    while (!points.done) {
      const point = new Reader(extension, points.next(TAG.sequence));
      const name = point.optional(TAGS.point);
      if (name !== undefined && point.done) uris.push(...urisOf(extension, name));
    }
    return uris;
  } catch (error) {
    // Then it belongs to no partition that could be named, and a partitioned list says nothing about it.
    if (error instanceof DerError || error instanceof RangeError) return [];
    throw error;
  }
}
