import { createHash, randomUUID, sign, type KeyObject } from 'node:crypto';

/** Who signs: a private key, and certificates as they would stand in x5c, signer first. */
export interface Party {
  readonly privateKey: KeyObject;
  readonly chain: readonly Buffer[];
}

/** A request as it goes on the wire: header values as byte strings, repeated headers as lists. */
export interface TestRequest {
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
}

type Json = Record<string, unknown>;

/** Everything about a token that a test may want to be wrong. A member set to undefined is left out. */
export interface TokenRecipe {
  readonly header?: Json;
  readonly claims?: Json;
  /** Replaces the payload's bytes altogether. */
  readonly payload?: Buffer | string;
  /** Replaces the header's bytes altogether. */
  readonly joseText?: string;
  readonly key?: KeyObject;
  /** Signs with this algorithm whatever the header says. */
  readonly algorithm?: string;
  readonly reference?: 'x5c' | 'x5c-leaf' | 'x5t#S256' | 'both' | 'none';
  /** Last word on the finished token. */
  readonly finish?: (token: string) => string;
}

export const AUDIENCE = 'https://api.ente.example/rest/anagrafe/v1';
export const BODY = Buffer.from('{"codice":"AB12","anno":2024}');

const HASHES: Readonly<Record<string, string>> = { '256': 'sha256', '384': 'sha384', '512': 'sha512' };

const encode = (bytes: Buffer | string): string => Buffer.from(bytes as string).toString('base64url');

export const naturalAlgorithm = (key: KeyObject): string =>
  key.asymmetricKeyType === 'ec'
    ? ({ prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' }[key.asymmetricKeyDetails?.namedCurve ?? ''] ??
      'ES256')
    : 'RS256';

/** Signs with node's own cryptography, so that any wrong combination can be made. */
export function makeToken(party: Party, claims: Json, recipe: TokenRecipe = {}): string {
  const alg = recipe.algorithm ?? naturalAlgorithm(party.privateKey);
  const header = defined({ alg, typ: 'JWT', ...referenceOf(party, recipe.reference ?? 'x5c'), ...recipe.header });
  const jose = encode(recipe.joseText ?? JSON.stringify(header));
  const payload = encode(recipe.payload ?? JSON.stringify(defined({ ...claims, ...recipe.claims })));
  const signature = sign(HASHES[alg.slice(2)] ?? 'sha256', Buffer.from(`${jose}.${payload}`), {
    key: recipe.key ?? party.privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  const token = `${jose}.${payload}.${signature.toString('base64url')}`;
  return recipe.finish?.(token) ?? token;
}

export function referenceOf({ chain }: Party, kind: NonNullable<TokenRecipe['reference']>): Json {
  const x5c = chain.map((der) => der.toString('base64'));
  const thumbprint = createHash('sha256')
    .update(chain[0] ?? Buffer.alloc(0))
    .digest('base64url');
  switch (kind) {
    case 'x5c':
      return { x5c };
    case 'x5c-leaf':
      return { x5c: x5c.slice(0, 1) };
    case 'x5t#S256':
      return { 'x5t#S256': thumbprint };
    case 'both':
      return { x5c, 'x5t#S256': thumbprint };
    case 'none':
      return {};
  }
}

export const digestOf = (body: Buffer, algorithm = 'SHA-256', encoding: 'base64' | 'hex' = 'base64'): string =>
  `${algorithm}=${createHash(algorithm.replace('-', '')).update(body).digest(encoding)}`;

export const commonClaims = (now: number): Json => ({
  iss: 'comune-di-esempio',
  sub: 'protocollo-app',
  client_id: 'comune-di-esempio/protocollo',
  aud: AUDIENCE,
  iat: now,
  nbf: now,
  exp: now + 60,
  jti: randomUUID(),
});

/** What goes into a signed request, and what of it a test bends. */
export interface RequestRecipe {
  readonly now: number;
  readonly party: Party;
  /** Signs the integrity token instead of `party`. */
  readonly integrityParty?: Party;
  readonly integrity?: boolean;
  readonly body?: Buffer;
  readonly idAuth?: TokenRecipe;
  readonly signature?: TokenRecipe;
  /** Added to, or taken from (undefined), the wire after signing. */
  readonly wire?: Record<string, string | string[] | undefined>;
  /** Headers that are sent and signed. */
  readonly signed?: Record<string, string>;
  readonly digest?: string | undefined;
  readonly signedHeaders?: unknown;
}

/** A correct ModI request, but for what the recipe bends. */
export function makeRequest(recipe: RequestRecipe): TestRequest {
  const { now, party, integrity = false, body = integrity ? BODY : Buffer.alloc(0) } = recipe;
  const headers: Record<string, string | string[] | undefined> = {
    authorization: `Bearer ${makeToken(party, commonClaims(now), recipe.idAuth)}`,
    'content-length': String(body.length),
  };
  if (body.length > 0) headers['content-type'] = 'application/json';
  if (integrity) {
    const digest = 'digest' in recipe ? recipe.digest : body.length > 0 ? digestOf(body) : undefined;
    if (digest !== undefined) headers['digest'] = digest;
    Object.assign(headers, recipe.signed);
    const signed = ['digest', 'content-type', 'content-encoding', ...Object.keys(recipe.signed ?? {})]
      .filter((name, index, all) => typeof headers[name] === 'string' && all.indexOf(name) === index)
      .map((name) => ({ [name]: headers[name] }));
    const claims = { ...commonClaims(now), signed_headers: recipe.signedHeaders ?? signed };
    headers['agid-jwt-signature'] = makeToken(recipe.integrityParty ?? party, claims, recipe.signature);
  }
  Object.assign(headers, recipe.wire);
  return { headers: defined(headers) as Record<string, string | string[]>, body };
}

const defined = (values: Json): Json =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
