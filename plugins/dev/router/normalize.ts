/** Reserved characters of RFC 3986: their escapes mean something else than themselves, so they stay escaped. */
const RESERVED = "!*'();:@&=+$,/?%#[]";

/**
 * A request path as Kong's router compares it: escapes of unreserved characters decoded (others in upper case), dot
 * segments removed, empty segments merged. What two spellings of one path have in common, a route may rely on.
 */
export function normalizePath(path: string): string {
  const decoded = path.includes('%') ? path.replace(/%([0-9A-Fa-f]{2})/g, decodeUnreserved) : path;
  if (!decoded.includes('/.') && !decoded.includes('//')) return decoded;
  return removeDotSegments(decoded.replace(/\/{2,}/g, '/'));
}

function decodeUnreserved(escape: string, hex: string): string {
  const character = String.fromCharCode(parseInt(hex, 16));
  return RESERVED.includes(character) ? escape.toUpperCase() : character;
}

function removeDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/');
  const last = segments.at(-1);
  for (const segment of segments.slice(1)) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  if (last === '.' || last === '..') kept.push('');
  return `/${kept.join('/')}`;
}

/** The path as it is sent to the service: what normalizing decoded and HTTP does not allow is escaped again. */
export const escapePath = (path: string): string =>
  path.replace(
    /[^!#$&'()*+,/:;=?@[\]A-Za-z0-9\-_.~%]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
