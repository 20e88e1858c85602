import { createHash, sign, type KeyObject } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { childrenOf, element, sequence } from './pki/der';

const SHA256_EC = sequence(element(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
const BASIC = element(0x06, Buffer.from('2b0601050507300101', 'hex'));
const NONCE = Buffer.from('2b0601050507300102', 'hex');

const time = (seconds: number): Buffer =>
  element(0x18, Buffer.from(`${new Date(seconds * 1000).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')}Z`));

/** What stands inside a tagged element. */
const inside = (der: Buffer): Buffer => childrenOf(der)[0] ?? Buffer.alloc(0);

/** What a request asks: the DER of its CertID, and its nonce. */
export function readOcspRequest(der: Buffer): { readonly certId: Buffer; readonly nonce: Buffer | undefined } {
  const [list = Buffer.alloc(0), extensions] = childrenOf(inside(der));
  const certId = inside(inside(list));
  const nonce = extensions && childrenOf(inside(inside(extensions)))[1];
  return { certId, nonce: nonce && contentOf(nonce) };
}

/** The nonce inside its two octet strings. */
const contentOf = (value: Buffer): Buffer => value.subarray(4);

export interface OcspRecipe {
  readonly certId: Buffer;
  /** Whose name and key stand for the responder. */
  readonly responder: { readonly der: Buffer; readonly privateKey: KeyObject };
  readonly thisUpdate: number;
  readonly nextUpdate?: number;
  readonly status?: 'good' | 'unknown' | 'revoked' | Buffer;
  readonly nonce?: Buffer | undefined;
  readonly certificates?: readonly Buffer[];
  readonly byKey?: boolean;
  readonly key?: KeyObject;
  readonly algorithm?: Buffer;
  /** DER of Extension elements. */
  readonly extensions?: readonly Buffer[];
  readonly singleExtensions?: readonly Buffer[];
  /** How often the certificate is answered about, each with its own status. */
  readonly more?: readonly Buffer[];
}

const STATUS = {
  good: () => element(0x80),
  unknown: () => element(0x82),
  revoked: (at: number) => element(0xa1, time(at), element(0xa0, element(0x0a, Buffer.of(1)))),
};

/** One answer about one certificate. */
export function singleOf({
  certId,
  status = 'good',
  thisUpdate,
  nextUpdate,
  singleExtensions = [],
}: OcspRecipe): Buffer {
  return sequence(
    certId,
    Buffer.isBuffer(status) ? status : STATUS[status](thisUpdate),
    time(thisUpdate),
    ...(nextUpdate === undefined ? [] : [element(0xa0, time(nextUpdate))]),
    ...(singleExtensions.length === 0 ? [] : [element(0xa1, sequence(...singleExtensions))]),
  );
}

/** A successful response by hand, so that any wrong one can be made; signed with ECDSA and SHA-256. */
export function makeOcspResponse(recipe: OcspRecipe): Buffer {
  const {
    responder,
    nonce,
    certificates = [],
    byKey = false,
    extensions = [],
    more = [],
    algorithm = SHA256_EC,
  } = recipe;
  const nonces = nonce === undefined ? [] : [sequence(element(0x06, NONCE), element(0x04, element(0x04, nonce)))];
  const all = [...nonces, ...extensions];
  const data = sequence(
    byKey ? element(0xa2, element(0x04, keyHash(responder.der))) : element(0xa1, subjectOf(responder.der)),
    time(recipe.thisUpdate),
    sequence(singleOf(recipe), ...more),
    ...(all.length === 0 ? [] : [element(0xa1, sequence(...all))]),
  );
  const signature = sign('sha256', data, recipe.key ?? responder.privateKey);
  const basic = sequence(
    data,
    algorithm,
    element(0x03, Buffer.of(0), signature),
    ...(certificates.length === 0 ? [] : [element(0xa0, sequence(...certificates))]),
  );
  return sequence(element(0x0a, Buffer.of(0)), element(0xa0, sequence(BASIC, element(0x04, basic))));
}

/** A response that says only that there is none. */
export const ocspFailure = (status: number): Buffer => sequence(element(0x0a, Buffer.of(status)));

const tbsOf = (certificate: Buffer): readonly Buffer[] => childrenOf(inside(certificate));
const subjectOf = (certificate: Buffer): Buffer => tbsOf(certificate)[5] ?? Buffer.alloc(0);
const keyHash = (certificate: Buffer): Buffer => {
  const bits = childrenOf(tbsOf(certificate)[6] ?? Buffer.alloc(0))[1] ?? Buffer.alloc(0);
  const header = (bits[1] ?? 0) < 0x80 ? 2 : 2 + ((bits[1] ?? 0) & 0x7f);
  return createHash('sha1')
    .update(bits.subarray(header + 1))
    .digest();
};

/** A responder over HTTP; `answer` gets what was asked, and answers with a response, or does as it likes itself. */
export const ocspServer =
  (answer: (asked: { readonly certId: Buffer; readonly nonce: Buffer | undefined }) => Buffer): RequestListener =>
  (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = answer(readOcspRequest(Buffer.concat(chunks)));
      response.writeHead(200, { 'Content-Type': 'application/ocsp-response' }).end(body);
    });
  };
