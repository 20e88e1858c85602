import { ConfigError } from '../core/schema';
import type { Headers } from '../core/verify';
import type { Kong } from '../runtime/kong';

/**
 * What may be redacted. Kong writes no record at all when a value is to go below something that is no table, so nothing
 * that could be is allowed; nor what others join records by.
 */
const REDACTABLE: readonly RegExp[] = [
  /^(client_ip|request\.(uri|url)|upstream_uri)$/,
  /^(request|response)\.headers\.[a-z0-9_-]+$/,
  /^request\.querystring\.[^.]+$/,
  /^modi\.(client|application|organization|certificate_subject)$/,
  /^modi\.(authorization|integrity|audit)\.(iss|sub|client_id)$/,
];

/** @throws ConfigError naming the first field that cannot be redacted. */
export function checkRedaction(paths: readonly string[]): readonly string[] {
  for (const [index, path] of paths.entries()) {
    if (!REDACTABLE.some((form) => form.test(path))) {
      throw new ConfigError(`redact[${index + 1}]`, `"${path}" is no field that can be redacted`);
    }
  }
  return paths;
}

/** Blanks the fields in the record of every log plugin. A header that was not sent is not made up. */
export function redact(kong: Kong, paths: readonly string[], sent: Headers | undefined): void {
  for (const path of paths) {
    const header = /^request\.headers\.(.+)$/.exec(path)?.[1];
    if (header !== undefined && sent?.has(header) === false) continue;
    kong.log.setSerializeValue(path, 'REDACTED');
  }
}
