import { createHash } from 'node:crypto';
import { beforeAll, describe } from 'vitest';
import type { Route } from '../../../plugins/modi-verify/route';
import { ACCEPTED, CONFIGS, makeCast, REFUSED, type Case, type Cast, type RouteName } from '../../support/corpus';
import {
  fakeKeys,
  PDND_ACCEPTED,
  PDND_CONFIGS,
  PDND_REFUSED,
  pdndCast,
  pdndRoute,
  type PdndCase,
} from '../../support/pdnd';
import { verdicts } from '../../support/verdicts/suite';
import { verdictOf } from '../../support/verdicts/verdict';
import { NOW, verifyRoute } from '../../support/verify-route';

/** Of a refused request the refusal; of a good one all lines, or those that differ from the first of its route. */
async function differing<T extends { readonly route: string; readonly code?: string }>(
  one: T,
  accepted: readonly T[],
  verdict: (each: T) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const lines = await verdict(one);
  if (one.code !== undefined) return lines.slice(-1);
  const usual = accepted.find(({ route }) => route === one.route)!;
  if (usual === one) return lines;
  const others = await verdict(usual);
  const left = new Set(lines.map(checkOf));
  const gone = others.map(checkOf).filter((check) => !left.has(check));
  return [...gone.map((check) => `without ${check}`), ...lines.filter((line) => !others.includes(line))];
}

const checkOf = (line: string): string => line.split(':', 1).join();

const sha256 = (der: Buffer | undefined): string =>
  createHash('sha256')
    .update(der ?? '')
    .digest('base64url');

describe('the verdicts of the corpus', () => {
  let cast: Cast;
  const routes = new Map<RouteName, Route>();
  beforeAll(async () => {
    cast = await makeCast();
  });
  const routeOf = (name: RouteName): Route => {
    const route = routes.get(name) ?? verifyRoute(cast, CONFIGS[name]);
    routes.set(name, route);
    return route;
  };
  const cases = new Map([...ACCEPTED, ...REFUSED].map((one) => [`${one.name} (${one.route})`, one]));

  verdicts('verify/verdicts/requests.txt', [...cases.keys()], async (name) => {
    const one = cases.get(name)!;
    const parties = ['ec', 'rsa', 'p384', 'p521', 'other', 'pinned'] as const;
    const names = new Map(parties.map((who) => [sha256(cast[who].chain[0]), `thumbprint of ${who}`]));
    const verdict = (each: Case) => verdictOf(routeOf(each.route).policy, each.make(cast, NOW), { names });
    return differing(one, ACCEPTED, verdict);
  });
});

describe('the verdicts of the corpus of the platform', () => {
  const cast = pdndCast();
  const keys = fakeKeys(cast);
  const names = new Map(
    (['platform', 'stranger', 'client', 'otherClient', 'proofEc', 'proofRsa'] as const).map((who) => [
      cast[who].kid,
      `kid of ${who}`,
    ]),
  );
  const cases = new Map([...PDND_ACCEPTED, ...PDND_REFUSED].map((one) => [`${one.name} (${one.route})`, one]));

  verdicts('verify/verdicts/platform.txt', [...cases.keys()], async (name) => {
    const one = cases.get(name)!;
    const verdict = (each: PdndCase) =>
      verdictOf(pdndRoute(PDND_CONFIGS[each.route], keys).policy, each.make(cast, NOW), {
        ...{ keys, names, target: `/${each.route}?query=1` },
      });
    return differing(one, PDND_ACCEPTED, verdict);
  });
});
