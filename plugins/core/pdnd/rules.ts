import type { FetchRules } from '../fetch';
import { ConfigError } from '../schema';
import type { PdndSettings } from './settings';

/** A fetch runs beside the requests; the platform promises tokens within 10 s for nine in ten. */
const TIMEOUT_MS = 15_000;
const MAX_BYTES = 256 * 1024;
const JSON_TYPES = ['application/json', 'application/jwk-set+json'];

export const fetchRulesOf = ({ privateHosts, ca }: PdndSettings): FetchRules => ({
  timeoutMs: TIMEOUT_MS,
  maxBytes: MAX_BYTES,
  privateHosts: new Set(privateHosts),
  types: JSON_TYPES,
  ...(ca === null ? {} : { ca }),
});

/** @throws ConfigError naming `field` for anything but an http or https URL without credentials, query and fragment. */
export function urlOf(text: string, field: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '') {
    throw new ConfigError(field, `"${text}" is no URL of http or https without credentials`);
  }
  if (url.search !== '' || url.hash !== '') throw new ConfigError(field, `"${text}" has a query or a fragment`);
  return url;
}
