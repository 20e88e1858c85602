import { ConfigError } from '../schema';
import type { CertificateFacts } from '../trust';
import type { JsonObject } from '../token';
import { claimValues, compileClaimPath } from './claim-path';

/** What is known of an accepted caller when its groups are named. */
export interface GroupFacts {
  readonly client: string | undefined;
  readonly application: string | undefined;
  /** Groups of the caller's own entry in `identity.callers`. */
  readonly callerGroups: readonly string[];
  readonly certificate: CertificateFacts | undefined;
  readonly claims: JsonObject;
  readonly consumer:
    | {
        readonly username?: string | undefined;
        readonly custom_id?: string | undefined;
        readonly tags?: readonly string[];
      }
    | undefined;
  /** Of a voucher, as far as the platform has told it by now. */
  readonly organization?: { readonly id: string | undefined; readonly externalId: string | undefined };
}

export type GroupNames = (facts: GroupFacts) => readonly string[];

type Values = (facts: GroupFacts) => readonly unknown[];

const OPERATORS: ReadonlyMap<string, Values> = new Map<string, Values>([
  ['application', ({ application }) => [application]],
  ['consumer', ({ consumer }) => [consumer?.username]],
  ['custom_id', ({ consumer }) => [consumer?.custom_id]],
  ['tags', ({ consumer }) => consumer?.tags ?? []],
]);

const CALLERS: ReadonlyMap<string, Values> = new Map<string, Values>([
  ['client', ({ client }) => [client]],
  ['organization_identifier', ({ certificate }) => [certificate?.organizationIdentifier]],
  ['organizational_unit', ({ certificate }) => certificate?.organizationalUnits ?? []],
  ['common_name', ({ certificate }) => [certificate?.commonName]],
  ['organization_id', ({ organization }) => [organization?.id]],
  ['organization_external_id', ({ organization }) => [organization?.externalId]],
]);

const TEMPLATE = /^([^{}]*)\{([^{}]+)\}$/;
const CLAIM = 'claim:';
/** More, or longer, is no name of a group. */
const MAX_GROUPS = 50;
const MAX_CHARACTERS = 256;

/**
 * Compiles `groups`: names as they stand, or ending in one `{placeholder}`. A placeholder without value makes no group;
 * one with several values makes several.
 *
 * @throws ConfigError for an unknown placeholder, and for one that would let a caller choose the whole name.
 */
export function compileGroups(groups: readonly string[], field: string): GroupNames {
  const entries = groups.map((group, index) => compileGroup(group, `${field}[${index + 1}]`));
  const fixed = entries.every((entry) => typeof entry === 'string') ? groups : undefined;
  return (facts) => {
    if (fixed !== undefined && facts.callerGroups.length === 0) return fixed;
    const names = entries.flatMap((entry) => (typeof entry === 'string' ? [entry] : entry(facts)));
    return [...new Set([...names, ...facts.callerGroups])].slice(0, MAX_GROUPS);
  };
}

function compileGroup(group: string, field: string): string | GroupNames {
  if (!/[{}]/.test(group)) return group;
  const [, prefix = '', placeholder = ''] = TEMPLATE.exec(group) ?? [];
  const operator = OPERATORS.get(placeholder);
  const values = operator ?? CALLERS.get(placeholder) ?? claimOf(placeholder, field);
  if (values === undefined) {
    const known = [...CALLERS.keys(), ...OPERATORS.keys(), 'claim:NAME'].join(', ');
    throw new ConfigError(field, `"${group}" must end in one placeholder out of ${known}`);
  }
  if (operator === undefined && !/[:/=]$/.test(prefix)) {
    throw new ConfigError(
      field,
      `"${group}" needs a name ending in ":" in front: callers must not choose whole groups`,
    );
  }
  return (facts) =>
    values(facts)
      .filter((value) => ['string', 'number', 'boolean'].includes(typeof value) && value !== '')
      .map((value) => prefix + groupSafe(String(value)))
      .filter((name) => name.length <= MAX_CHARACTERS);
}

function claimOf(placeholder: string, field: string): Values | undefined {
  if (!placeholder.startsWith(CLAIM)) return undefined;
  const path = compileClaimPath(placeholder.slice(CLAIM.length), field);
  return ({ claims }) => claimValues(claims, path);
}

/** Kong joins groups with commas in a header for the service: what is no letter, digit or plain sign is percent-encoded. */
const groupSafe = (text: string): string =>
  text.replaceAll(/[^A-Za-z0-9._:/@+=-]+/g, (run) =>
    [...Buffer.from(run, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
