/** Types to which nginx adds its configured charset (its default list), as Kong configures it: UTF-8. */
const CHARSET_TYPES: ReadonlySet<string> = new Set([
  'text/html',
  'text/xml',
  'text/plain',
  'text/vnd.wap.wml',
  'application/javascript',
  'application/rss+xml',
]);

/**
 * Content-Type as the client will get it. After the response phase nginx adds "; charset=UTF-8" to a bare text type
 * without Content-Encoding (seen on Kong 3.9), which would break the signature; so we write it ourselves, the same
 * way, and sign what we wrote.
 */
export function sentContentType(
  contentType: string | undefined,
  contentEncoding: string | undefined,
): string | undefined {
  if (contentType === undefined || contentEncoding !== undefined) return contentType;
  return CHARSET_TYPES.has(contentType.trim().toLowerCase()) ? `${contentType.trim()}; charset=UTF-8` : contentType;
}
