import type { FieldSchema, NamedField } from '../dev/schema';

/** The words of a catalogue file, in the schema language of Kong: one source for reading and for the page. */

const text = (description: string, more: Partial<FieldSchema> = {}): FieldSchema => ({
  type: 'string',
  description,
  ...more,
});
const settings = (description: string): FieldSchema => ({ type: 'map', keys: { type: 'string' }, description });
const count: FieldSchema = { type: 'integer', gt: 0 };

/** What a name becomes part of: consumers, groups, routes. */
const NAME: Partial<FieldSchema> = {
  required: true,
  match: '^[%w][%w%.%-_]*$',
  err: 'must begin with a letter or digit, and hold only those and . - _',
};

const limits: FieldSchema = {
  type: 'record',
  description: 'Calls per caller.',
  fields: [{ second: count }, { minute: count }, { hour: count }, { day: count }, { month: count }],
};

const plugins: FieldSchema = {
  type: 'array',
  description: 'Further plugins of Kong, as a kong.yml has them.',
  elements: { type: 'map', keys: { type: 'string' } },
};

export const PROVIDER_FIELDS: readonly NamedField[] = [
  { name: text('Who provides the services.', { required: true }) },
  {
    base_url: text('What stands in front of the paths in the published URLs.', {
      required: true,
      match: '^https?://[^%s]+$',
    }),
  },
  { verify: settings('Settings of modi-verify for every service, trust above all.') },
  { sign: settings('Settings of modi-sign for every service that signs its answers.') },
  { plugins },
];

export const ORGANISATION_FIELDS: readonly NamedField[] = [
  { id: text('Short name; agreements use it.', NAME) },
  { name: text('What people call it.', { required: true }) },
  { identity: text('What modi-verify finds: organizationIdentifier of its certificates.', { required: true }) },
];

export const SERVICE_FIELDS: readonly NamedField[] = [
  { name: text('Short name; agreements use it.', NAME) },
  { title: text('What people call it.') },
  { openapi: text('Its OpenAPI document, relative to this file: only methods that it has are let through.') },
  { url: text('Where the service is, behind Kong.', { required: true, match: '^https?://[^%s]+$' }) },
  { path: text('Its path on Kong.', { required: true, match: '^/[^%s]*$' }) },
  {
    patterns: {
      type: 'set',
      required: true,
      len_min: 1,
      elements: { type: 'string' },
      description: 'Patterns of its calls.',
    },
  },
  { audience: { type: 'array', len_min: 1, elements: { type: 'string' }, description: 'Not set: base_url and path.' } },
  { sign: { type: 'boolean', default: false, description: 'Its answers are signed.' } },
  { limits },
  { verify: settings('Settings of modi-verify beyond those of the provider.') },
  { plugins },
];

export const AGREEMENT_FIELDS: readonly NamedField[] = [
  { organisation: text('Who may call.', { required: true }) },
  { service: text('What.', { required: true }) },
  { limits },
  {
    until: text('The last day on which it counts.', {
      match: '^%d%d%d%d%-%d%d%-%d%d$',
      err: 'expected a day such as 2027-12-31',
    }),
  },
  { reference: text('Where the agreement is filed.') },
];

const listOf = (fields: readonly NamedField[]): FieldSchema => ({
  type: 'array',
  elements: { type: 'record', fields },
});

/** A file holds any of the sections; all files together are the catalogue. */
export const FILE_FIELDS: readonly NamedField[] = [
  {
    catalogue: { type: 'integer', required: true, one_of: [1], err: 'write catalogue: 1, the version of this format' },
  },
  { provider: { type: 'record', fields: PROVIDER_FIELDS } },
  { organisations: listOf(ORGANISATION_FIELDS) },
  { services: listOf(SERVICE_FIELDS) },
  { agreements: listOf(AGREEMENT_FIELDS) },
];
