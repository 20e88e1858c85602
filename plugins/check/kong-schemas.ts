import { CONSUMER_FIELDS, PLUGIN_FIELDS, ROUTE_FIELDS, SERVICE_FIELDS } from '../dev/config';
import type { FieldSchema, NamedField } from '../dev/schema';

const PROTOCOLS = ['http', 'https', 'grpc', 'grpcs', 'tcp', 'tls', 'tls_passthrough', 'udp', 'ws', 'wss'];
const PROTOCOL: FieldSchema = { type: 'string', one_of: PROTOCOLS };
const LIST: FieldSchema = { type: 'array' };
const ANY_REFERENCE: FieldSchema = { type: 'foreign', reference: 'any' };

/** The schemas of the embedded gateway, with what Kong takes beyond it. */
export const KONG_SCHEMAS = {
  services: widened(SERVICE_FIELDS, {
    protocol: { ...PROTOCOL, default: 'http' },
    url: { type: 'string' },
    host: { type: 'string' },
    tls_sans: LIST,
  }),
  routes: widened(ROUTE_FIELDS, {
    protocols: { type: 'set', len_min: 1, default: ['http', 'https'], elements: PROTOCOL },
    sources: LIST,
    destinations: LIST,
    expression: { type: 'string' },
    priority: { type: 'integer' },
  }),
  consumers: CONSUMER_FIELDS,
  plugins: widened(PLUGIN_FIELDS, {
    consumer_group: ANY_REFERENCE,
    ordering: { type: 'map', keys: { type: 'string' } },
    // decK's name of shared settings, and of settings in an Enterprise Kong.
    _config: { type: 'string' },
    condition: { type: 'string' },
    partials: LIST,
  }),
} as const;

function widened(fields: readonly NamedField[], more: Readonly<Record<string, FieldSchema>>): readonly NamedField[] {
  const kept = fields.filter((field) => !Object.keys(field).some((name) => Object.hasOwn(more, name)));
  return [...kept, ...Object.entries(more).map(([name, schema]) => ({ [name]: schema }))];
}
