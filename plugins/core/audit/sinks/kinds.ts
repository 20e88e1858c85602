import { ConfigError } from '../../schema';
import type { SinkSettings } from './sink-schema';

/** Which kinds have a use for a field; a field that is not here serves all. */
const KINDS: Readonly<Record<string, readonly SinkSettings['kind'][]>> = {
  http_endpoint: ['http'],
  format: ['http'],
  headers: ['http', 'opentelemetry'],
  header_files: ['http', 'opentelemetry'],
  ca: ['http', 'syslog', 'opentelemetry'],
  syslog: ['syslog'],
  opentelemetry: ['opentelemetry'],
  redis: ['redis'],
};

/**
 * Refuses what would have no effect: whoever wrote it meant something else.
 *
 * @param raw a sink as it stands in the file
 * @throws ConfigError
 */
export function refuseOtherKinds(raw: object, { kind }: SinkSettings, field: string): void {
  for (const name of Object.keys(raw)) {
    const kinds = KINDS[name] ?? [kind];
    if (kinds.includes(kind)) continue;
    throw new ConfigError(`${field}.${name}`, `has no effect with kind ${kind}; it is for kind ${kinds.join(', ')}`);
  }
}
