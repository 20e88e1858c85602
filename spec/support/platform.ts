import { createHash, generateKeyPairSync, randomUUID, sign, type JsonWebKey, type KeyObject } from 'node:crypto';
import { onTestFinished } from 'vitest';
import {
  ASSERTION_TYPE,
  SAMPLE_PLATFORM,
  samplePlatformData,
  startPlatform,
  type PlatformData,
  type PlatformOptions,
  type RunningPlatform,
} from '../../plugins/dev/platform';

type Json = Record<string, unknown>;

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** SPKI PEM. */
  readonly pem: string;
  /** RFC 7638 thumbprint of an RSA key: what the platform calls it. */
  readonly kid: string;
}

export const PDND_AUDIENCE = 'https://api.ente.example/rest/anagrafe/v1';

export function rsaPair(modulusLength = 2048): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const { e, n } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64url');
  return { privateKey, publicKey, pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(), kid };
}

/** The key of the consumer's client, and that of the gateway's own client; made once per file. */
export const CAST = { client: rsaPair(), api: rsaPair() } as const;

export const sampleData = (): PlatformData =>
  samplePlatformData({ audience: PDND_AUDIENCE, clientKey: CAST.client.pem, apiClientKey: CAST.api.pem });

const pool: KeyObject[] = [];

/** Making RSA keys takes its time: the platforms of a file have the same ones, each in the same order. */
function pooledKeys(): () => KeyObject {
  let next = 0;
  return () => {
    const at = next++;
    return (pool[at] ??= rsaPair().privateKey);
  };
}

/** A mock platform, gone when the test is over. */
export async function mockPlatform(options: Partial<PlatformOptions> = {}): Promise<RunningPlatform> {
  const running = await startPlatform({ data: sampleData(), makeKey: pooledKeys(), ...options });
  onTestFinished(() => running.close());
  return running;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A compact JWS by node's own cryptography, with any header. */
export function jws(header: Json, claims: Json, key: KeyObject): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** A member set to undefined is left out. */
export interface AssertionRecipe {
  readonly header?: Json;
  readonly claims?: Json;
  readonly key?: KeyPair;
}

export function clientAssertion({ assertionAudience }: RunningPlatform, now: number, recipe: AssertionRecipe = {}) {
  const { key = CAST.client, header, claims } = recipe;
  return jws(
    { alg: 'RS256', typ: 'JWT', kid: key.kid, ...header },
    {
      iss: SAMPLE_PLATFORM.client,
      sub: SAMPLE_PLATFORM.client,
      aud: assertionAudience,
      jti: randomUUID(),
      iat: now,
      exp: now + 60,
      purposeId: SAMPLE_PLATFORM.purpose,
      ...claims,
    },
    key.privateKey,
  );
}

export interface ProofRecipe {
  readonly header?: Json;
  readonly claims?: Json;
  readonly key: KeyObject;
  readonly publicJwk: JsonWebKey;
}

export const ecPair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { key: privateKey, publicJwk: publicKey.export({ format: 'jwk' }) };
};

export const dpopProof = (method: string, url: string, now: number, { header, claims, key, publicJwk }: ProofRecipe) =>
  jws(
    { typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk, ...header },
    { htm: method, htu: url, iat: now, jti: randomUUID(), ...claims },
    key,
  );

/** Asks for a voucher; `form` bends the form, `headers` adds to the request. */
export function askVoucher(
  { tokenUri }: RunningPlatform,
  assertion: string,
  headers: Record<string, string> = {},
  form: Record<string, string> = {},
): Promise<Response> {
  const body = new URLSearchParams({
    client_id: SAMPLE_PLATFORM.client,
    client_assertion: assertion,
    client_assertion_type: ASSERTION_TYPE,
    grant_type: 'client_credentials',
    ...form,
  });
  return fetch(tokenUri, { method: 'POST', body, headers });
}

/** What a voucher says, nothing verified. */
export const claimsOf = (token: string): Json =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Json;

export const headerOf = (token: string): Json =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8')) as Json;
