import type { NamedField, PlainRecord } from '../schema';
import type { Exchange } from '../exchange';
import { isList } from '../lua-value';
import type { BundledContext, BundledPlugin } from './types';
import { onlyOneOf } from './rules';

const GROUPS = { type: 'array', elements: { type: 'string' } } as const;
const FIELDS: readonly NamedField[] = [
  { allow: GROUPS },
  { deny: GROUPS },
  { hide_groups_header: { type: 'boolean', required: true, default: false } },
  { always_use_authenticated_groups: { type: 'boolean', required: true, default: false } },
];

const FORBIDDEN = 'You cannot consume this service';

/** Kong's acl: lets through by group, of the consumer or of what an authentication plugin put into the context. */
export const ACL: BundledPlugin = {
  name: 'acl',
  priority: 950,
  fields: FIELDS,
  check: (config) => onlyOneOf(config, ['allow', 'deny']),
  configure: (config, context) => ({
    name: 'acl',
    phases: new Set(['access']),
    access: (exchange) => {
      access(config, context, exchange);
    },
  }),
};

function access(config: PlainRecord, context: BundledContext, exchange: Exchange): void {
  const consumerId = exchange.consumer?.id ?? exchange.credential?.consumer_id;
  const byGroupsAlone =
    consumerId === undefined || exchange.credential === undefined || config['always_use_authenticated_groups'] === true;
  const authenticated = byGroupsAlone ? authenticatedGroups(exchange) : undefined;
  const groups = authenticated ?? consumerGroups(consumerId, config, context);
  if (groups === undefined) {
    if (exchange.credential === undefined) exchange.exitWithError(401);
    else exchange.exitWithError(403, FORBIDDEN);
    return;
  }
  if (isBlocked(config, groups)) {
    exchange.exitWithError(403, FORBIDDEN);
    return;
  }
  if (config['hide_groups_header'] === true) return;
  const header = authenticated === undefined ? 'X-Consumer-Groups' : 'X-Authenticated-Groups';
  exchange.headers.set(header, groups.length === 0 ? ' ' : groups.join(', '));
}

/** What a plugin before us put into kong.ctx.shared; only its strings can be groups. */
function authenticatedGroups(exchange: Exchange): string[] | undefined {
  const groups = exchange.shared.get('authenticated_groups');
  if (groups === undefined) return undefined;
  if (!isList(groups)) return typeof groups === 'object' ? [] : undefined;
  return groups.filter((group) => typeof group === 'string');
}

/** The groups of a consumer of kong.yml. Without any, a deny list has nothing against it. */
function consumerGroups(
  id: string | undefined,
  config: PlainRecord,
  { consumers }: BundledContext,
): readonly string[] | undefined {
  if (id === undefined) return undefined;
  const groups = consumers.find((consumer) => consumer.id === id)?.groups ?? [];
  return groups.length > 0 || hasEntries(config['deny']) ? groups : undefined;
}

function isBlocked(config: PlainRecord, groups: readonly string[]): boolean {
  const denies = hasEntries(config['deny']);
  const listed = (denies ? config['deny'] : config['allow']) as readonly string[] | null;
  const inGroup = (listed ?? []).some((group) => groups.includes(group));
  return denies ? inGroup : !inGroup;
}

const hasEntries = (value: unknown): boolean => Array.isArray(value) && value.length > 0;
