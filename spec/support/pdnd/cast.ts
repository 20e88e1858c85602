import { createHash, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';

/** A key pair with what the platform, and proofs, call it. */
export interface PdndParty {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** RFC 7638 thumbprint: kid of an uploaded key, and jkt. */
  readonly kid: string;
}

/** Who appears in the corpus of the platform. */
export interface PdndCast {
  /** Signs vouchers; its kid is a UUID. */
  readonly platform: PdndParty;
  /** A key that the platform never had. */
  readonly stranger: PdndParty;
  /** The consumer's client, and another client of the platform. */
  readonly client: PdndParty;
  readonly otherClient: PdndParty;
  /** Keys of proofs. */
  readonly proofEc: PdndParty;
  readonly proofRsa: PdndParty;
}

/** The ids of the world of the corpus. */
export const IDS = {
  issuer: 'pdnd.localhost',
  client: '22222222-0000-4000-8000-000000000001',
  otherClient: '22222222-0000-4000-8000-000000000009',
  apiClient: '22222222-0000-4000-8000-000000000002',
  consumer: '11111111-0000-4000-8000-000000000001',
  producer: '11111111-0000-4000-8000-000000000002',
  eservice: '33333333-0000-4000-8000-000000000001',
  descriptor: '44444444-0000-4000-8000-000000000001',
  purpose: '55555555-0000-4000-8000-000000000001',
} as const;

/** The cast, its keys made at the first call; `platform`, where a running mock signs the vouchers. */
export function pdndCast(platform?: { readonly kid: string; readonly privateKey: KeyObject }): PdndCast {
  made ??= {
    platform: { ...rsaParty(), kid: randomUUID() },
    stranger: rsaParty(),
    client: rsaParty(),
    otherClient: rsaParty(),
    proofEc: ec(),
    proofRsa: rsaParty(),
  };
  return platform === undefined ? made : { ...made, platform: { ...made.platform, ...platform } };
}

let made: PdndCast | undefined;

/** A new party with an RSA key. */
export function rsaParty(modulusLength = 2048): PdndParty {
  const pair = generateKeyPairSync('rsa', { modulusLength });
  const { e, n } = pair.publicKey.export({ format: 'jwk' });
  return { ...pair, kid: thumbprint({ e, kty: 'RSA', n }) };
}

function ec(): PdndParty {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { crv, x, y } = pair.publicKey.export({ format: 'jwk' });
  return { ...pair, kid: thumbprint({ crv, kty: 'EC', x, y }) };
}

const thumbprint = (members: object): string =>
  createHash('sha256').update(JSON.stringify(members)).digest('base64url');
