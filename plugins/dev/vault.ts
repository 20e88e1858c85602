import { isReference, type FieldSchema, type NamedField, type Plain, type PlainRecord } from './schema';
import { toByteString } from './byte-strings';
import type { GatewayLogger } from './logger';

/**
 * Replaces `{vault://env/name}` in referenceable fields by the environment's value, as Kong does before a plugin sees
 * its configuration. What cannot be resolved becomes the empty string, with a notice. `references` remembers what stood
 * where, for Kong's `$refs`.
 */
export function resolveReferences(
  config: PlainRecord,
  fields: readonly NamedField[],
  logger: GatewayLogger,
): { config: PlainRecord; references: PlainRecord | undefined } {
  const references: PlainRecord = {};
  const resolved: PlainRecord = { ...config };
  for (const [name, schema] of fields.flatMap((field) => Object.entries(field))) {
    const value = resolved[name];
    if (value === undefined || value === null) continue;
    const result = resolveValue(schema, value, logger);
    resolved[name] = result.value;
    if (result.references !== undefined) references[name] = result.references;
  }
  return { config: resolved, references: Object.keys(references).length > 0 ? references : undefined };
}

interface Resolved {
  readonly value: Plain;
  readonly references?: Plain | undefined;
}

function resolveValue(schema: FieldSchema, value: Plain, logger: GatewayLogger): Resolved {
  if (typeof value === 'string' && isReference(schema, value)) {
    return { value: fromVault(value, logger), references: value };
  }
  if (Array.isArray(value) && schema.elements !== undefined) {
    const { elements } = schema;
    const all = value.map((one) => resolveValue(elements, one, logger));
    const references = all.map((one) => one.references ?? null);
    return { value: all.map((one) => one.value), references: references.some(Boolean) ? references : undefined };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value };
  if (schema.type === 'record') {
    const { config, references } = resolveReferences(value, schema.fields ?? [], logger);
    return { value: config, references };
  }
  const { values } = schema;
  if (values === undefined) return { value };
  const entries = Object.entries(value).map(([key, one]) => [key, resolveValue(values, one, logger)] as const);
  const references = entries.filter(([, one]) => one.references !== undefined);
  return {
    value: Object.fromEntries(entries.map(([key, one]) => [key, one.value])),
    references:
      references.length > 0
        ? Object.fromEntries(references.map(([key, one]) => [key, one.references ?? null]))
        : undefined,
  };
}

/** Only the environment is a vault here. A name is looked up in upper case with underscores, as Kong does. */
function fromVault(reference: string, logger: GatewayLogger): string {
  const found = /^\{vault:\/\/env\/([^/}?]+)(?:\/([^}?]+))?.*\}$/.exec(reference);
  const variable = found?.[1]?.toUpperCase().replaceAll('-', '_');
  const text = variable === undefined ? undefined : process.env[variable];
  const value = text === undefined || found?.[2] === undefined ? text : memberOf(text, found[2]);
  if (value === undefined) logger.info(`unable to resolve reference ${reference}`);
  return toByteString(value ?? '');
}

function memberOf(json: string, name: string): string | undefined {
  try {
    const value = (JSON.parse(json) as Record<string, unknown>)[name];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
