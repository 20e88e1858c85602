import { hash, verify, type KeyObject } from 'node:crypto';
import { hashOf, type CompactSigner } from '../../sign';
import { decodeBase64Url, decodeJsonPart, splitCompact } from '../../token';
import { CHECKPOINT_TYPE } from './signer';

/** Why a checkpoint was written: so many records, so many seconds, the end of a segment, a start or stop of the writer. */
export type CheckpointReason = 'records' | 'time' | 'segment' | 'start' | 'stop';

export const CHECKPOINT_SCHEMA = 'modi.audit-checkpoint/1';

/** What the organisation signs: that the chain, up to and with this line, is its own. */
export interface CheckpointClaims {
  readonly schema: typeof CHECKPOINT_SCHEMA;
  readonly chain: string;
  readonly node: string;
  readonly seq: number;
  /** SHA-256, in hexadecimal, of the line up to its `,"jws":"`; through `prev` it covers all before. */
  readonly digest: string;
}

const JWS_NAME = ',"jws":"';

/** Adds the signature to a line body that ends where the signature begins. Rejects when the key cannot sign. */
export async function sealBody(
  body: string,
  claims: Omit<CheckpointClaims, 'schema' | 'digest'>,
  signer: CompactSigner,
): Promise<string> {
  const jws = await signer.sign({ schema: CHECKPOINT_SCHEMA, ...claims, digest: hash('sha256', body, 'hex') });
  return `${body}${JWS_NAME}${jws}"`;
}

/** The part of a checkpoint's line that its signature covers, and the signature. */
interface Sealed {
  readonly digest: string;
  readonly jws: string;
}

/** Finds the signature in a line of kind checkpoint: the last member before the hash. */
export function sealOf(bytes: Buffer): Sealed | undefined {
  const at = bytes.lastIndexOf(JWS_NAME);
  if (at === -1) return undefined;
  const [, jws] = /^,"jws":"([\w.-]+)","hash":"[0-9a-f]{64}"\}$/.exec(bytes.toString('latin1', at)) ?? [];
  return jws === undefined ? undefined : { jws, digest: hash('sha256', bytes.subarray(0, at), 'hex') };
}

/** What a signature says of its key, before it is believed. */
export function signerIdOf(jws: string): string | undefined {
  const header = headerOf(jws);
  const id = header?.['x5t#S256'] ?? header?.['kid'];
  return typeof id === 'string' ? id : undefined;
}

function headerOf(jws: string): Readonly<Record<string, unknown>> | undefined {
  const parts = splitCompact(jws);
  if (typeof parts === 'string') return undefined;
  const header = decodeJsonPart(parts.header, 'header');
  return typeof header === 'string' ? undefined : header;
}

/** The claims of a checkpoint whose signature holds under the key; undefined when it does not, or is of another type. */
export function openSeal(jws: string, key: KeyObject): Readonly<Record<string, unknown>> | undefined {
  const parts = splitCompact(jws);
  const header = headerOf(jws);
  if (typeof parts === 'string' || header?.['typ'] !== CHECKPOINT_TYPE) return undefined;
  const alg = String(header['alg']);
  const signature = decodeBase64Url(parts.signature);
  const digest = hashOf(alg);
  // An RSA algorithm with an EC key, or the reverse, would be another signature than the header says.
  if (signature === undefined || digest === undefined || alg.startsWith('RS') !== (key.asymmetricKeyType === 'rsa')) {
    return undefined;
  }
  const signed = Buffer.from(`${parts.header}.${parts.payload}`, 'latin1');
  if (!verify(digest, signed, { key, dsaEncoding: 'ieee-p1363' }, signature)) return undefined;
  const claims = decodeJsonPart(parts.payload, 'payload');
  return typeof claims === 'string' ? undefined : claims;
}
