import { isModiCode } from '../../../plugins/core/errors';
import type { Route } from '../../../plugins/modi-verify/route';
import type { MemoryKong } from '../../../plugins/runtime/adapters/memory';
import { CONFIGS, type Cast } from '../corpus';
import { fakeKeys, makePdndRequest, PDND_CONFIGS, pdndCast, pdndRoute, type PdndRouteName } from '../pdnd';
import { digestOf, makeRequest, type TestRequest } from '../requests';
import { NOW, problemOf, runAccess, verifyRoute } from '../verify-route';
import { Violation, type Input } from './target';

/** The headers that hold tokens. */
export const TOKEN_HEADERS = ['authorization', 'agid-jwt-signature', 'agid-jwt-trackingevidence', 'dpop'] as const;
export type TokenHeader = (typeof TOKEN_HEADERS)[number];

/** A request as it should be, and the route that accepts it. */
export interface GoodRequest {
  readonly route: string;
  readonly request: TestRequest;
}

/** Routes with every pattern, and good requests to them by every kind of key. */
export interface World {
  readonly routes: ReadonlyMap<string, Route>;
  readonly good: readonly GoodRequest[];
}

const SIGNED = { patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'], digest_encodings: ['base64', 'hex'] };
const PDND_ROUTES = ['p-voucher', 'p-audit01', 'p-dpop', 'p-all'] as const;
const PDND_TOKENS: Readonly<Record<(typeof PDND_ROUTES)[number], object>> = {
  'p-voucher': {},
  'p-audit01': { audit: true, digest: undefined },
  'p-dpop': { dpop: true },
  'p-all': { dpop: true, audit: true, integrity: true },
};

export function makeWorld(cast: Cast): World {
  const platform = pdndCast();
  const keys = fakeKeys(platform);
  const routes = new Map([
    ['auth', verifyRoute(cast, { ...CONFIGS.auth01, disclosure: 'full' })],
    ['signed', verifyRoute(cast, { ...SIGNED, disclosure: 'full' })],
    ...PDND_ROUTES.map((name) => [name, pdndRoute({ ...PDND_CONFIGS[name], disclosure: 'full' }, keys)] as const),
  ]);
  const now = NOW;
  const bodies = ['{"codice":"AB12"}', 'x', 'è'.repeat(300)].map((text) => Buffer.from(text));
  const signed = bodies.flatMap((body, index) =>
    [cast.ec, cast.rsa].map((party) => {
      const digest = digestOf(body, ['SHA-256', 'SHA-384', 'SHA-512'][index], index === 1 ? 'hex' : 'base64');
      return makeRequest({ now, party, integrity: true, body, digest });
    }),
  );
  const auth = [cast.ec, cast.rsa, cast.ec, cast.rsa, cast.other, cast.p384, cast.p521].map((party) =>
    makeRequest({ now, party }),
  );
  const pinned = makeRequest({ now, party: cast.pinned, idAuth: { reference: 'x5t#S256' } });
  const pdnd = PDND_ROUTES.flatMap((name) =>
    [1, 2].map(() => ({
      route: name,
      request: makePdndRequest({ now, cast: platform, path: `/${name}`, ...PDND_TOKENS[name] }),
    })),
  );
  return {
    routes,
    good: [
      ...[...auth, pinned].map((request) => ({ route: 'auth', request })),
      ...signed.map((request) => ({ route: 'signed', request })),
      ...pdnd,
    ],
  };
}

/** A request in parts: its route, each value of each header, its body. */
export const inputOf = ({ route, request }: GoodRequest): Input => [
  { name: 'route', bytes: Buffer.from(route) },
  ...Object.entries(request.headers).flatMap(([name, value]) =>
    [value].flat().map((one) => ({ name, bytes: Buffer.from(one, 'latin1') })),
  ),
  { name: 'body', bytes: request.body },
];

export function requestOf(input: Input): GoodRequest {
  const [headers, own] = [new Map<string, string[]>(), new Map<string, Buffer>()];
  for (const { name, bytes } of input) {
    if (name === 'route' || name === 'body') own.set(name, bytes);
    else headers.set(name, [...(headers.get(name) ?? []), bytes.toString('latin1')]);
  }
  const request = { headers: Object.fromEntries(headers), body: own.get('body') ?? Buffer.alloc(0) };
  return { route: own.get('route')?.toString() ?? '', request };
}

/** Runs the access phase of the route. Undefined: accepted, or it would be but for a token that was used before. */
export async function codeOf(world: World, { route: name, request }: GoodRequest): Promise<string | undefined> {
  const route = world.routes.get(name) ?? world.routes.get('auth')!;
  const memory = await runAccess(route, { ...request, method: 'POST', pathWithQuery: `/${name as PdndRouteName}?a=1` });
  if (memory.exited() === undefined) return undefined;
  const code = requireSoundRefusal(memory);
  return code === 'MODI_REPLAY' ? undefined : code;
}

/** The answer is a refusal of the table, not our fault, and nothing in it can be taken for something else. */
function requireSoundRefusal(memory: MemoryKong): string {
  const { status, headers } = memory.exited()!;
  const problem = problemOf(memory);
  const { code, detail, title } = problem;
  if (typeof code !== 'string' || !isModiCode(code)) throw new Violation(`unknown code: ${String(code)}`);
  if (status < 400 || status >= 500) throw new Violation(`status ${status}: ${code}`);
  if (problem['status'] !== status) throw new Violation(`two statuses: ${code}`);
  for (const text of [detail, title]) {
    if (typeof text !== 'string' || !TEXT.test(text)) throw new Violation(`text: ${code} ${JSON.stringify(text)}`);
  }
  for (const value of Object.values(headers).flat()) {
    if (!/^[\x20-\x7e]{1,300}$/.test(value)) throw new Violation(`header: ${code} ${JSON.stringify(value)}`);
  }
  return code;
}

const TEXT = /^[^\p{Cc}\p{Cs}]{1,600}$/u;
