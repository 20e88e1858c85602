import { sign, type KeyObject } from 'node:crypto';
import { childrenOf, element, sequence } from './pki/der';

const SHA256_EC = sequence(element(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
const UTC_TIME = Buffer.from('170d', 'hex');

const utc = (seconds: number): Buffer =>
  Buffer.concat([
    UTC_TIME,
    Buffer.from(`${new Date(seconds * 1000).toISOString().slice(2, 19).replaceAll(/[-T:]/g, '')}Z`),
  ]);

/** Any length, also beyond what small elements need. */
function large(tag: number, contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 0x10000) return element(tag, content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const octets = length[0] === 0 ? length.subarray(1) : length;
  return Buffer.concat([Buffer.of(tag, 0x80 | octets.length), octets, content]);
}

export interface CrlRecipe {
  /** The authority's certificate, whose subject the list names, and the key that signs. */
  readonly authority: { readonly der: Buffer; readonly privateKey: KeyObject };
  /** Serial numbers in hexadecimal, as INTEGER content. */
  readonly revoked?: readonly string[];
  readonly thisUpdate: number;
  readonly nextUpdate?: number | undefined;
  /** DER of Extension elements. */
  readonly extensions?: readonly Buffer[];
  /** DER of Extension elements of each entry. */
  readonly entryExtensions?: readonly Buffer[];
  readonly algorithm?: Buffer;
  readonly outerAlgorithm?: Buffer;
}

/** A list of version 2 by hand, so that any wrong one can be made; signed with ECDSA and SHA-256. */
export function makeCrl(recipe: CrlRecipe): Buffer {
  const { authority, revoked = [], thisUpdate, extensions = [], entryExtensions = [], algorithm = SHA256_EC } = recipe;
  const nextUpdate = 'nextUpdate' in recipe ? recipe.nextUpdate : thisUpdate + 86_400;
  const [tbsCertificate] = childrenOf(authority.der) as [Buffer];
  const subject = childrenOf(tbsCertificate)[5] ?? Buffer.alloc(0);
  const date = utc(thisUpdate);
  const ofEntry = entryExtensions.length === 0 ? [] : [sequence(...entryExtensions)];
  const entries = revoked.map((serial) => sequence(element(0x02, Buffer.from(serial, 'hex')), date, ...ofEntry));
  const tbs = large(0x30, [
    element(0x02, Buffer.of(1)),
    algorithm,
    subject,
    date,
    ...(nextUpdate === undefined ? [] : [utc(nextUpdate)]),
    ...(entries.length === 0 ? [] : [large(0x30, entries)]),
    ...(extensions.length === 0 ? [] : [element(0xa0, sequence(...extensions))]),
  ]);
  const signature = sign('sha256', tbs, authority.privateKey);
  return large(0x30, [tbs, recipe.outerAlgorithm ?? algorithm, element(0x03, Buffer.of(0), signature)]);
}

/** One Extension; `oid` is the content of the OBJECT IDENTIFIER in hexadecimal. */
export const extension = (oid: string, value: Buffer, critical = false): Buffer =>
  sequence(
    element(0x06, Buffer.from(oid, 'hex')),
    ...(critical ? [element(0x01, Buffer.of(0xff))] : []),
    element(0x04, value),
  );
