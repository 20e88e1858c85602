import { textOf, type PlainRecord } from '../schema';
import type { Target } from './entities';

/** Kong's port for a target that names none. */
const DEFAULT_PORT = 8000;

/** `host`, `host:port` or `[ipv6]:port` of a validated target. */
export function parseTarget(record: PlainRecord): Target {
  const text = textOf(record['target']);
  const found = /^(\[[^\]]*\]|[^:]+)(?::(\d+))?$/.exec(text);
  return {
    host: (found?.[1] ?? text).replace(/^\[|\]$/g, ''),
    port: found?.[2] === undefined ? DEFAULT_PORT : Number(found[2]),
    weight: Number(record['weight'] ?? 100),
  };
}
