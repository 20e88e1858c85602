import { createHash } from 'node:crypto';
import type { FieldSpec, Fields } from './fields';

/**
 * A name for a configuration as `readConfig` answers it, the same for the same one: 128 bits of SHA-256 in hexadecimal. For
 * records: by which rules was this decided? Fields that hold secrets (`encrypted`) do not count: nobody shall be able to
 * try passwords against a log.
 */
export const configVersion = (fields: Fields, config: object): string =>
  createHash('sha256')
    .update(JSON.stringify(openOf(fields, config)))
    .digest('hex')
    .slice(0, 32);

const openOf = (fields: Fields, values: object): unknown[] =>
  Object.entries(fields)
    .filter(([, spec]) => spec.encrypted !== true)
    .map(([name, spec]) => [name, openValue(spec, (values as Record<string, unknown>)[name])]);

const openValue = (spec: FieldSpec, value: unknown): unknown =>
  spec.type === 'record' && typeof value === 'object' && value !== null ? openOf(spec.fields, value) : value;
