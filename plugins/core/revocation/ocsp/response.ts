import { verify, type KeyObject } from 'node:crypto';
import { contentOf, DerError, elementAt, Reader, TAG, timeOf, type Element } from '../der';
import { extensionsIn } from '../extensions';
import { reasonNamed } from '../reasons';
import { mathsOf, signatureOf } from '../signature';
import { readCertId, type CertId } from './cert-id';
import { NONCE_OID } from './request';

/** What a responder says about one certificate. Times are seconds since the epoch. */
export interface SingleResponse {
  readonly certId: CertId;
  readonly status: 'good' | 'unknown' | { readonly revokedAt: number; readonly reason: string };
  readonly thisUpdate: number;
  /** Undefined: newer information is there at any time. */
  readonly nextUpdate: number | undefined;
}

/** A response as its bytes say (RFC 6960 4.2.1). Whether somebody trusted signed it: `isSignedBy`. */
export interface OcspResponse {
  /** Who claims to have signed: the DER of a name in hexadecimal, or the SHA-1 of a key. */
  readonly responder: { readonly name: string } | { readonly keyHash: Buffer };
  readonly responses: readonly SingleResponse[];
  readonly nonce: Buffer | undefined;
  /** DER of the certificates that came along, at most a few; nothing says that they are trusted. */
  readonly certificates: readonly Buffer[];
  isSignedBy(key: KeyObject): boolean;
}

/** Largest response that is read, in bytes: a chain of certificates and some dozens of answers. */
export const MAX_RESPONSE_SIZE = 64 * 1024;
const MAX_CERTIFICATES = 8;

/** RFC 6960 4.2.1; 4 is not used. */
const STATUSES = ['', 'malformedRequest', 'internalError', 'tryLater', '', 'sigRequired', 'unauthorized'];
/** id-pkix-ocsp-basic, 1.3.6.1.5.5.7.48.1.1. */
const BASIC = '2b0601050507300101';
const TAGS = { explicit0: 0xa0, explicit1: 0xa1, byName: 0xa1, byKey: 0xa2, good: 0x80, revoked: 0xa1, unknown: 0x82 };

/**
 * Reads a response from DER. The library for it is not used here: it takes BER, and the present where a time is missing.
 *
 * @throws DerError for a responder's error status, one with a critical extension, one signed with an algorithm that is
 * not accepted, and for bytes that are no basic response. The message goes on after "the responder's answer".
 */
export function parseResponse(der: Buffer): OcspResponse {
  if (der.length > MAX_RESPONSE_SIZE)
    throw new DerError(`has ${der.length} bytes, at most ${MAX_RESPONSE_SIZE} are read`);
  const basic = basicOf(der);
  const fields = new Reader(der, basic);
  const data = fields.next(TAG.sequence);
  const algorithm = fields.next(TAG.sequence);
  const signature = signatureOf(der, fields.next(TAG.bitString));
  const certificates = fields.optional(TAGS.explicit0);
  fields.finish();
  const { hash, keyType } = mathsOf(der, algorithm);
  return {
    ...readData(der, data),
    certificates: certificates === undefined ? [] : certificatesIn(der, certificates),
    isSignedBy: (key) =>
      key.asymmetricKeyType === keyType && verify(hash, der.subarray(data.start, data.end), key, signature),
  };
}

/** The BasicOCSPResponse inside a successful OCSPResponse. */
function basicOf(der: Buffer): Element {
  const whole = new Reader(der, { content: 0, end: der.length });
  const outer = new Reader(der, whole.next(TAG.sequence));
  whole.finish();
  const status = contentOf(der, outer.next(TAG.enumerated));
  const [code = 255] = status;
  if (status.length !== 1 || code !== 0)
    throw new DerError(`says ${STATUSES[code] ?? ''}`.trimEnd() + statusHint(code));
  const bytes = new Reader(der, sole(der, outer.next(TAGS.explicit0)));
  outer.finish();
  if (contentOf(der, bytes.next(TAG.oid)).toString('hex') !== BASIC)
    throw new DerError('is of another kind than basic');
  const basic = sole(der, bytes.next(TAG.octetString));
  bytes.finish();
  return basic;
}

const statusHint = (code: number): string => ((STATUSES[code] ?? '') === '' ? ' an unknown status' : '');

/** The only element inside another. */
function sole(der: Buffer, around: Element, tag: number = TAG.sequence): Element {
  const reader = new Reader(der, around);
  const element = reader.next(tag);
  reader.finish();
  return element;
}

function readData(der: Buffer, data: Element): Pick<OcspResponse, 'responder' | 'responses' | 'nonce'> {
  const fields = new Reader(der, data);
  if (fields.optional(TAGS.explicit0) !== undefined) throw new DerError('is of an unknown version');
  const responder = responderIn(der, fields);
  timeOf(der, fields.next(TAG.generalizedTime));
  const list = new Reader(der, fields.next(TAG.sequence));
  const extensions = fields.optional(TAGS.explicit1);
  fields.finish();
  const responses: SingleResponse[] = [];
  while (!list.done) responses.push(readSingle(der, list.next(TAG.sequence)));
  return { responder, responses, nonce: extensions === undefined ? undefined : nonceIn(der, extensions) };
}

function responderIn(der: Buffer, fields: Reader): OcspResponse['responder'] {
  const byName = fields.optional(TAGS.byName);
  if (byName !== undefined) {
    const { start, end } = sole(der, byName);
    return { name: der.toString('hex', start, end) };
  }
  return { keyHash: contentOf(der, sole(der, fields.next(TAGS.byKey), TAG.octetString)) };
}

function readSingle(der: Buffer, element: Element): SingleResponse {
  const fields = new Reader(der, element);
  const certId = readCertId(der, fields.next(TAG.sequence));
  const status = statusIn(der, fields.next(fields.ahead ?? 0));
  const thisUpdate = timeOf(der, fields.next(TAG.generalizedTime));
  const next = fields.optional(TAGS.explicit0);
  const nextUpdate = next && timeOf(der, sole(der, next, TAG.generalizedTime));
  const extensions = fields.optional(TAGS.explicit1);
  fields.finish();
  if (extensions !== undefined) refuseCritical(der, extensions);
  if (nextUpdate !== undefined && nextUpdate < thisUpdate) throw new DerError('has a nextUpdate before its thisUpdate');
  return { certId, status, thisUpdate, nextUpdate };
}

function statusIn(der: Buffer, status: Element): SingleResponse['status'] {
  const isEmpty = status.content === status.end;
  if (status.tag === TAGS.good && isEmpty) return 'good';
  if (status.tag === TAGS.unknown && isEmpty) return 'unknown';
  if (status.tag !== TAGS.revoked) throw new DerError('has a status that is none');
  const fields = new Reader(der, status);
  const revokedAt = timeOf(der, fields.next(TAG.generalizedTime));
  const why = fields.optional(TAGS.explicit0);
  fields.finish();
  const reason = why === undefined ? 'unspecified' : reasonNamed(contentOf(der, sole(der, why, TAG.enumerated)));
  return { revokedAt, reason: reason ?? 'unspecified' };
}

function nonceIn(der: Buffer, explicit: Element): Buffer | undefined {
  let nonce: Buffer | undefined;
  for (const { oid, critical, value } of extensionsIn(der, sole(der, explicit))) {
    if (oid === NONCE_OID) nonce = nonceOf(der, value);
    else if (critical) throw new DerError('has a critical extension that is not understood');
  }
  return nonce;
}

/** Some responders leave out the OCTET STRING inside. */
function nonceOf(der: Buffer, value: Element): Buffer {
  const raw = contentOf(der, value);
  if (raw[0] !== TAG.octetString || raw[1] !== raw.length - 2) return raw;
  return contentOf(der, elementAt(der, value.content, value.end));
}

function refuseCritical(der: Buffer, explicit: Element): void {
  for (const { critical } of extensionsIn(der, sole(der, explicit))) {
    if (critical) throw new DerError('has a critical extension that is not understood');
  }
}

function certificatesIn(der: Buffer, explicit: Element): readonly Buffer[] {
  const list = new Reader(der, sole(der, explicit));
  const certificates: Buffer[] = [];
  while (!list.done) {
    const { start, end } = list.next(TAG.sequence);
    certificates.push(der.subarray(start, end));
  }
  if (certificates.length > MAX_CERTIFICATES) throw new DerError(`brings ${certificates.length} certificates along`);
  return certificates;
}
