import type { Report } from '../schema';
import type { RawEntity } from './collect';

/** Kong's shorthand: `url` of a service stands for protocol, host, port and path. */
export function expandServiceUrl(raw: RawEntity, report: Report): Record<string, unknown> {
  const { url, ...rest } = raw.fields;
  if (url === undefined || url === null) return rest;
  const text = typeof url === 'string' ? url : '';
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || parsed.hostname === '') {
    report([...raw.path, 'url'], 'expected a URL such as http://service.example:8080/path');
    return { host: 'invalid', ...rest };
  }
  const protocol = parsed.protocol.replace(/:$/, '');
  const defaultPort = protocol === 'https' ? 443 : 80;
  return {
    ...rest,
    protocol,
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? defaultPort : Number(parsed.port),
    ...(parsed.pathname === '/' && !/^[^:]+:\/\/[^/]+\//.test(text) ? {} : { path: parsed.pathname }),
  };
}
