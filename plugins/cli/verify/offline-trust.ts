import { resolve } from 'node:path';
import { usageError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import type { Values } from '../shell/values';

type Item = Readonly<Record<string, unknown>>;

/**
 * A configuration that needs nothing from the network: lists and JWK Sets given by flag stand in for those of its trust,
 * and no others count. Without the flags the files of its trust count, and its URLs are not fetched. Nobody is asked
 * about certificates of the channel, which is left open here.
 *
 * @throws CliError CLI_USAGE where the verdict would hang on what is only behind a URL.
 */
export function offlineTrust(config: unknown, values: Values, context: Context): unknown {
  const { trust: written, channel, ...rest } = recordOf(config);
  const trust = recordOf(written);
  const given = (name: string) => values.list(name).map((path) => resolve(context.host.cwd, path));
  const crls = given('crl');
  return {
    ...rest,
    trust: withoutOcsp(withJwks(withCrls(trust, crls), given('jwks')), crls),
    ...(channel === undefined ? {} : { channel: withoutRevocation(channel) }),
  };
}

/** What is not said of the channel stays unsaid: on a route without the pattern that would be a fault. */
function withoutRevocation(channel: unknown): unknown {
  const said = recordOf(channel);
  return {
    ...said,
    ...(said['crls'] === undefined ? {} : { crl_policy: 'off' }),
    ...(said['ocsp'] === undefined ? {} : { ocsp: { ...recordOf(said['ocsp']), policy: 'off' } }),
  };
}

function withCrls(trust: Item, given: readonly string[]): Item {
  if (given.length > 0) return { ...trust, crls: given, crl_policy: policyOf(trust) };
  const remote = trust['crl_policy'] === 'off' ? undefined : remoteIn(trust['crls']);
  if (remote === undefined) return trust;
  throw usageError(
    `the configuration takes a revocation list from ${remote}, and nothing is fetched here: give the lists with --crl`,
    `la configurazione prende una lista di revoca da ${remote}, e qui nulla viene scaricato: indicare le liste con --crl`,
  );
}

/** Who gives a list wants it to count. */
const policyOf = ({ crl_policy: policy }: Item): string => (policy === 'if_present' ? 'if_present' : 'required');

function withJwks(trust: Item, given: readonly string[]): Item {
  if (given.length > 0) return { ...trust, jwks: given };
  const remote = remoteIn(trust['jwks']);
  if (remote === undefined) return trust;
  throw usageError(
    `the configuration takes a JWK Set from ${remote}, and nothing is fetched here: give the set with --jwks`,
    `la configurazione prende un JWK Set da ${remote}, e qui nulla viene scaricato: indicarlo con --jwks`,
  );
}

/** Nobody is asked from here: a list has to answer in place of the responder. */
function withoutOcsp(trust: Item, crls: readonly string[]): Item {
  const ocsp = recordOf(trust['ocsp']);
  const isAsked = ocsp['policy'] !== 'off' && [ocsp['responders'], ocsp['hosts']].some(Array.isArray);
  if (!isAsked) return trust;
  if (crls.length > 0) return { ...trust, ocsp: { ...ocsp, policy: 'off' } };
  throw usageError(
    'the configuration asks an OCSP responder, and nobody is asked from here: give revocation lists with --crl',
    'la configurazione interroga un servizio OCSP, e da qui nessuno viene interrogato: indicare liste di revoca con --crl',
  );
}

function remoteIn(sources: unknown): string | undefined {
  const all: readonly unknown[] = Array.isArray(sources) ? sources : [];
  return all.find((source): source is string => typeof source === 'string' && /^https?:/i.test(source));
}

const recordOf = (value: unknown): Item => (typeof value === 'object' && value !== null ? (value as Item) : {});
