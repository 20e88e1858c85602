import { ConfigError } from '../schema';

/** What RFC 3986 2.3 calls unreserved: encoded or not, the same character. */
const UNRESERVED = /^[A-Za-z0-9._~-]$/;

/**
 * A base URL of the service as its callers know it, normalised: no query, no fragment, no slash at the end.
 * @throws ConfigError at `field` for anything but an absolute http or https URL.
 */
export function publicBase(text: string, field: string): string {
  const url = parsed(text);
  if (url === undefined || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new ConfigError(field, `expected an http or https URL without query and user, found "${text}"`);
  }
  return normalised(url).replace(/\/$/, '');
}

/**
 * The URI of htu without query and fragment, normalised by RFC 3986 6.2.2 and 6.2.3 (RFC 9449 4.3): case of scheme and
 * host, default port, dot segments, percent-encoding. Undefined when it is no absolute http or https URI.
 */
export function normalisedUri(text: string): string | undefined {
  const url = parsed(text);
  return url === undefined || url.username !== '' || url.password !== '' ? undefined : normalised(url);
}

/** The path of a request target, normalised the same way; undefined when it is not one that starts with a slash. */
export function normalisedPath(target: string): string | undefined {
  if (!target.startsWith('/')) return undefined;
  // In front of the path stands an origin: a target such as //host/path is a path, not another host.
  const url = parsed(`http://gateway${target}`);
  return url === undefined ? undefined : decodeUnreserved(url.pathname);
}

function parsed(text: string): URL | undefined {
  // The parser drops line breaks and blanks; a text that holds them is not the URI it would become.
  if (!/^[\x21-\x7e]+$/.test(text) || text.includes('\\') || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return ['http:', 'https:'].includes(url.protocol) ? url : undefined;
}

const normalised = (url: URL): string => url.origin + decodeUnreserved(url.pathname);

const decodeUnreserved = (path: string): string =>
  path.replaceAll(/%[0-9A-Fa-f]{2}/g, (code) => {
    const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return UNRESERVED.test(character) ? character : code.toUpperCase();
  });
