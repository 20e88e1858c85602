import { contentOf, DerError, elementAt, Reader, TAG } from './der';

/** id-ad-ocsp, 1.3.6.1.5.5.7.48.1, as content in hexadecimal. */
const OCSP = '2b06010505073001';
const URI = 0x86;

/** The URIs of the OCSP responders that an authorityInfoAccess extension names (RFC 5280 4.2.2.1). Nobody has to ask them. */
export function respondersOf(extension: Buffer): readonly string[] {
  try {
    const points = new Reader(extension, elementAt(extension, 0, extension.length));
    const uris: string[] = [];
    while (!points.done) {
      const point = new Reader(extension, points.next(TAG.sequence));
      const method = contentOf(extension, point.next(TAG.oid)).toString('hex');
      const location = point.next(point.ahead ?? 0);
      if (method === OCSP && location.tag === URI) uris.push(contentOf(extension, location).toString('latin1'));
    }
    return uris;
  } catch (error) {
    // Then it names nobody, and nobody is asked on its word.
    if (error instanceof DerError || error instanceof RangeError) return [];
    throw error;
  }
}
