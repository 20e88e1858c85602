import { toText } from '../byte-strings';
import type { Exchange } from '../exchange';
import { textOf, type FieldSchema, type NamedField, type PlainRecord } from '../schema';
import { normalizePath } from '../router';
import { PERIODS, periodStart, type Period } from './periods';
import { atLeastOneOf } from './rules';
import type { BundledContext, BundledPlugin } from './types';

const LIMIT: FieldSchema = { type: 'number', gt: 0 };
const REDIS_FIELDS: readonly NamedField[] = [
  { host: { type: 'string' } },
  { port: { type: 'integer', default: 6379, between: [0, 65535] } },
  { timeout: { type: 'integer', default: 2000 } },
  { username: { type: 'string', referenceable: true } },
  { password: { type: 'string', referenceable: true } },
  { database: { type: 'integer', default: 0 } },
  { ssl: { type: 'boolean', default: false, required: true } },
  { ssl_verify: { type: 'boolean', default: false, required: true } },
  { server_name: { type: 'string' } },
];
const FIELDS: readonly NamedField[] = [
  ...PERIODS.map(({ name }) => ({ [name]: LIMIT })),
  {
    limit_by: {
      type: 'string',
      default: 'consumer',
      one_of: ['consumer', 'credential', 'ip', 'service', 'header', 'path'],
    },
  },
  { header_name: { type: 'string', match: '^[%w%-%_]+$', err: 'bad header name' } },
  { path: { type: 'string', starts_with: '/' } },
  {
    policy: {
      type: 'string',
      default: 'local',
      one_of: ['local'],
      err: 'this gateway counts locally only; other policies need Kong',
    },
  },
  { fault_tolerant: { type: 'boolean', required: true, default: true } },
  { redis: { type: 'record', required: true, fields: REDIS_FIELDS } },
  { hide_client_headers: { type: 'boolean', required: true, default: false } },
  { error_code: { type: 'number', default: 429, gt: 0 } },
  { error_message: { type: 'string', default: 'API rate limit exceeded' } },
  { sync_rate: { type: 'number', required: true, default: -1 } },
];

/** Kong's rate-limiting with policy `local`: so many requests a window, counted by whom or what `limit_by` says. */
export const RATE_LIMITING: BundledPlugin = {
  name: 'rate-limiting',
  priority: 910,
  fields: FIELDS,
  check: (config) => [
    ...atLeastOneOf(
      config,
      PERIODS.map(({ name }) => name),
    ),
    ...periodOrder(config),
    ...requiredFor(config, 'header', 'header_name'),
    ...requiredFor(config, 'path', 'path'),
    ...(config['sync_rate'] === -1 ? [] : [{ field: 'sync_rate', problem: 'can only be used with the redis policy' }]),
  ],
  configure: (config, context, scope) => ({
    name: 'rate-limiting',
    phases: new Set(['access']),
    access: (exchange) => {
      limit(config, context, scope, exchange);
    },
  }),
};

function periodOrder(config: PlainRecord) {
  const set = PERIODS.filter(({ name }) => typeof config[name] === 'number');
  return set.flatMap(({ name }, index) => {
    const before = set[index - 1]?.name;
    if (before === undefined || Number(config[name]) >= Number(config[before])) return [];
    return [{ field: name, problem: `the limit for ${name} cannot be lower than the limit for ${before}` }];
  });
}

const requiredFor = (config: PlainRecord, limitBy: string, field: string) =>
  config['limit_by'] === limitBy && config[field] === null
    ? [{ field, problem: `required field missing: limit_by is ${limitBy}` }]
    : [];

interface Usage {
  readonly period: Period;
  readonly key: string;
  readonly limit: number;
  readonly remaining: number;
}

function limit(config: PlainRecord, context: BundledContext, scope: string, exchange: Exchange): void {
  const now = Math.floor(context.now() / 1000) * 1000;
  const identifier = identify(config, exchange);
  const usages = PERIODS.filter(({ name }) => typeof config[name] === 'number').map((period): Usage => {
    const key = `${scope}:${identifier}:${periodStart(period.name, now)}:${period.name}`;
    const ceiling = Number(config[period.name]);
    return { period, key, limit: ceiling, remaining: ceiling - count(context, key, now) };
  });
  const exceeded = usages.findLast(({ remaining }) => remaining <= 0);
  if (config['hide_client_headers'] !== true) tellClient(exchange, usages, exceeded, now);
  if (exceeded !== undefined) {
    exchange.exitWithError(Number(config['error_code']), toText(textOf(config['error_message'])));
    return;
  }
  for (const { key, period } of usages) increment(context, key, now + period.seconds * 1000);
}

/** Falls back to the address when what was asked for is not known, as Kong does. */
function identify(config: PlainRecord, exchange: Exchange): string {
  const address = exchange.remoteAddress;
  switch (textOf(config['limit_by'])) {
    case 'service':
      return exchange.match?.route.service?.id ?? address;
    case 'consumer':
      return exchange.consumer?.id ?? exchange.credential?.id ?? address;
    case 'credential':
      return exchange.credential?.id ?? address;
    case 'header':
      return exchange.headers.first(textOf(config['header_name']).toLowerCase()) ?? address;
    case 'path': {
      const path = normalizePath(exchange.rawPath);
      return path === config['path'] ? path : address;
    }
    default:
      return address;
  }
}

function tellClient(exchange: Exchange, usages: readonly Usage[], exceeded: Usage | undefined, now: number): void {
  const { headers } = exchange.answer;
  let tightest: { usage: Usage; remaining: number } | undefined;
  for (const usage of usages) {
    const counts = exceeded === undefined || exceeded === usage;
    const remaining = Math.max(0, usage.remaining - (counts ? 1 : 0));
    if (tightest === undefined || remaining <= tightest.remaining) tightest = { usage, remaining };
    headers.set(`X-RateLimit-Limit-${usage.period.title}`, String(usage.limit));
    headers.set(`X-RateLimit-Remaining-${usage.period.title}`, String(remaining));
  }
  if (tightest === undefined) return;
  const { period, limit: ceiling } = tightest.usage;
  const reset = String(Math.max(1, period.seconds - Math.floor((now - periodStart(period.name, now)) / 1000)));
  headers.set('RateLimit-Limit', String(ceiling));
  headers.set('RateLimit-Remaining', String(tightest.remaining));
  headers.set('RateLimit-Reset', reset);
  if (exceeded !== undefined) headers.set('Retry-After', reset);
}

function count({ counters }: BundledContext, key: string, now: number): number {
  const counter = counters.get(key);
  return counter === undefined || counter.expires <= now ? 0 : counter.count;
}

/** Counters of past windows are swept when there are many. */
const SWEEP_AT = 10_000;

function increment({ counters, now }: BundledContext, key: string, expires: number): void {
  if (counters.size >= SWEEP_AT) {
    const time = now();
    for (const [old, counter] of counters) if (counter.expires <= time) counters.delete(old);
  }
  const counter = counters.get(key);
  if (counter === undefined) counters.set(key, { count: 1, expires });
  else counter.count += 1;
}
