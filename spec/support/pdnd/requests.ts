import { createHash, randomUUID } from 'node:crypto';
import { AUDIENCE, BODY, digestOf, makeToken, type TestRequest, type TokenRecipe } from '../requests';
import { IDS, type PdndCast, type PdndParty } from './cast';

type Json = Record<string, unknown>;

/** Where the callers of the corpus believe the service to be. */
export const PUBLIC_URL = 'https://api.ente.example';

/** What goes into a request of the platform's world, and what of it a test bends. */
export interface PdndRecipe {
  readonly now: number;
  readonly cast: PdndCast;
  /** The path below PUBLIC_URL. */
  readonly path: string;
  readonly dpop?: boolean;
  readonly audit?: boolean;
  readonly integrity?: boolean;
  readonly voucher?: TokenRecipe;
  readonly proof?: TokenRecipe;
  readonly evidence?: TokenRecipe;
  readonly signature?: TokenRecipe;
  /** Who signs, where it is not the one it should be. */
  readonly evidenceParty?: PdndParty;
  readonly signatureParty?: PdndParty;
  readonly proofParty?: PdndParty;
  /** The digest in the voucher, where it is not that of the audit token. */
  readonly digest?: unknown;
  readonly body?: Buffer;
  readonly wire?: Record<string, string | string[] | undefined>;
}

/** Signs by kid, as the platform's world does. */
const byKid = (party: PdndParty, typ: string, claims: Json, recipe: TokenRecipe = {}): string =>
  makeToken({ privateKey: party.privateKey, chain: [] }, claims, {
    ...recipe,
    reference: recipe.reference ?? 'none',
    header: { typ, kid: party.kid, ...recipe.header },
  });

export function makeVoucher({ now, cast, ...recipe }: PdndRecipe, digest: unknown): string {
  const claims = {
    iss: IDS.issuer,
    aud: AUDIENCE,
    sub: IDS.client,
    client_id: IDS.client,
    jti: randomUUID(),
    iat: now,
    nbf: now,
    exp: now + 600,
    purposeId: IDS.purpose,
    producerId: IDS.producer,
    consumerId: IDS.consumer,
    eserviceId: IDS.eservice,
    descriptorId: IDS.descriptor,
    digest,
    cnf: recipe.dpop === true ? { jkt: (recipe.proofParty ?? cast.proofEc).kid } : undefined,
  };
  return byKid(cast.platform, 'at+jwt', claims, recipe.voucher);
}

export function makeEvidence({ now, cast, evidence, evidenceParty }: PdndRecipe): string {
  const claims = {
    iss: IDS.client,
    aud: AUDIENCE,
    iat: now,
    exp: now + 600,
    jti: randomUUID(),
    dnonce: 4815162342007,
    purposeId: IDS.purpose,
    userID: 'op-4711',
    userLocation: 'desk-12',
    LoA: 'substantial',
  };
  return byKid(evidenceParty ?? cast.client, 'JWT', claims, evidence);
}

export function makeSignature({ now, cast, signature, signatureParty }: PdndRecipe, signed: readonly Json[]): string {
  const claims = {
    iss: IDS.client,
    sub: IDS.client,
    aud: AUDIENCE,
    iat: now,
    exp: now + 60,
    jti: randomUUID(),
    signed_headers: signed,
  };
  return byKid(signatureParty ?? cast.client, 'JWT', claims, signature);
}

export function makeProof({ now, cast, path, proof, proofParty }: PdndRecipe, voucher: string): string {
  const party = proofParty ?? cast.proofEc;
  const claims = {
    htm: 'POST',
    htu: PUBLIC_URL + path,
    iat: now,
    jti: randomUUID(),
    ath: createHash('sha256').update(voucher).digest('base64url'),
  };
  return makeToken({ privateKey: party.privateKey, chain: [] }, claims, {
    ...proof,
    reference: 'none',
    header: { typ: 'dpop+jwt', jwk: party.publicKey.export({ format: 'jwk' }), ...proof?.header },
  });
}

/** A correct call of a consumer of the platform, but for what the recipe bends. */
export function makePdndRequest(recipe: PdndRecipe): TestRequest {
  const { audit = false, dpop = false, integrity = false, body = BODY } = recipe;
  const headers: Record<string, string | string[] | undefined> = { 'content-length': String(body.length) };
  if (body.length > 0) headers['content-type'] = 'application/json';
  const evidence = audit ? makeEvidence(recipe) : undefined;
  const correlated = evidence && { alg: 'SHA256', value: createHash('sha256').update(evidence).digest('hex') };
  const voucher = makeVoucher(recipe, 'digest' in recipe ? recipe.digest : correlated);
  headers['authorization'] = `${dpop ? 'DPoP' : 'Bearer'} ${voucher}`;
  if (dpop) headers['dpop'] = makeProof(recipe, voucher);
  if (evidence !== undefined) headers['agid-jwt-trackingevidence'] = evidence;
  if (integrity) {
    headers['digest'] = digestOf(body);
    const signed = [{ digest: headers['digest'] }, { 'content-type': 'application/json' }];
    headers['agid-jwt-signature'] = makeSignature(recipe, signed);
  }
  Object.assign(headers, recipe.wire);
  const sent = Object.entries(headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined);
  return { headers: Object.fromEntries(sent), body };
}
