import { ConfigError } from '../../schema';
import type { FarEnd, PathOf } from './far-end';
import { httpBatch } from './http-batch';
import { otlp } from './otlp';
import { redisStream } from './redis-stream';
import type { SinkSettings } from './sink-schema';
import { syslog } from './syslog';

/**
 * The far end of a sink; nothing is connected yet.
 *
 * @param path makes a path of the settings absolute
 * @param field where the sink stands in the settings, for the errors
 * @throws ConfigError when the settings do not say where the far end is.
 */
export function farEndOf(settings: SinkSettings, path: PathOf, field: string): FarEnd {
  const needed = (name: string, value: string | null): string => {
    if (value === null) throw new ConfigError(`${field}.${name}`, `is needed with kind ${settings.kind}`);
    return value;
  };
  switch (settings.kind) {
    case 'http':
      return httpBatch(settings, needed('http_endpoint', settings.http_endpoint), path);
    case 'syslog':
      return syslog(settings, needed('syslog.host', settings.syslog.host), path);
    case 'opentelemetry':
      return otlp(settings, needed('opentelemetry.logs_endpoint', settings.opentelemetry.logs_endpoint), path);
    case 'redis':
      return redisStream(settings, path, field);
  }
}
