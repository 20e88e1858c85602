import { createHmac } from 'node:crypto';
import type { Table } from './kong-line';
import { withoutPersons } from './personal-codes';
import { REDACTED } from './tokens';

/** What a collector makes of fields of the record. Paths are dotted, e.g. `client.ip`. */
export interface RedactionRules {
  /** Told as REDACTED. */
  readonly redact: readonly string[];
  /** Told as a keyed hash: the same value is the same hash, and only who has the key can tell whose it is. */
  readonly pseudonyms: { readonly fields: readonly string[] };
  /** Whether codes of natural persons stay where the caller has put them. */
  readonly personal_codes: 'redact' | 'keep';
}

export type Redaction = (record: Table) => Table;

/** Fields that the caller fills, or that are its own words for a person or an object. */
const CALLERS_WORDS = [
  ...['http.uri', 'client.subject', 'client.issuer', 'client.client_id'],
  ...['modi.integrity.sub', 'modi.audit.sub'],
];

/**
 * Compiles the rules once. Pseudonyms come first, then codes of persons in what is left, then what is redacted. A path
 * that a record has not is passed over.
 */
export function redaction({ redact, pseudonyms, personal_codes: codes }: RedactionRules, key?: Buffer): Redaction {
  const rules = [
    ...(key === undefined ? [] : pseudonyms.fields.map((path) => rule(path, pseudonymBy(key)))),
    ...(codes === 'keep' ? [] : CALLERS_WORDS.map((path) => rule(path, withoutPersonsIn))),
    ...redact.map((path) => rule(path, () => REDACTED)),
  ];
  return (record) => rules.reduce((result, { path, change }) => replaced(result, path, change), record);
}

type Change = (value: unknown) => unknown;

const rule = (path: string, change: Change) => ({ path: path.split('.'), change });

const withoutPersonsIn: Change = (value) => (typeof value === 'string' ? withoutPersons(value) : value);

/** HMAC-SHA-256 (RFC 2104) of the text, in base64url. What is no text cannot be told by it, and is not told at all. */
const pseudonymBy =
  (key: Buffer): Change =>
  (value) =>
    typeof value === 'string' ? `hmac:${createHmac('sha256', key).update(value).digest('base64url')}` : REDACTED;

function replaced(table: Table, [name = '', ...deeper]: readonly string[], change: Change): Table {
  if (!Object.hasOwn(table, name)) return table;
  const value = table[name];
  if (deeper.length === 0) return { ...table, [name]: change(value) };
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...table, [name]: replaced(value as Table, deeper, change) }
    : table;
}
