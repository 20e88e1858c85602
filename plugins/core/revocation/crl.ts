import { verify, type KeyObject } from 'node:crypto';
import { contentOf, DerError, elementAt, Reader, TAG, timeOf, type Element } from './der';
import { extensionsIn } from './extensions';
import { reasonNamed } from './reasons';
import { scopeOf, WHOLE_SCOPE, type CrlScope } from './scope';
import { SerialTable } from './serial-table';
import { mathsOf, signatureOf } from './signature';

/** A certificate revocation list as its bytes say (RFC 5280 5.1). Whether its issuer signed it: `isSignedBy`. */
export interface Crl {
  /** The issuer's name, DER in hexadecimal. */
  readonly issuerName: string;
  /** Seconds since the epoch. */
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** cRLNumber in hexadecimal, where it has one. */
  readonly number: string | undefined;
  readonly scope: CrlScope;
  readonly entries: number;
  /** Where the entry with this serial number is (content of the INTEGER, zeros in front left out); under a microsecond. */
  find(serial: Buffer): number | undefined;
  /** What the entry found there says. */
  entryAt(position: number): RevokedEntry;
  /** Whether `key` made the signature; the hash is SHA-256 or longer. */
  isSignedBy(key: KeyObject): boolean;
}

export interface RevokedEntry {
  /** Seconds since the epoch. */
  readonly revokedAt: number;
  /** A name of RFC 5280 5.3.1. */
  readonly reason: string;
}

/** Largest list that is read, in bytes: nearly a million entries. */
export const MAX_CRL_SIZE = 32 * 1024 * 1024;

/** Object identifiers as DER content in hexadecimal. */
const OID = { deltaIndicator: '551d1b', issuingPoint: '551d1c', authorityKey: '551d23', number: '551d14' } as const;
const ENTRY_OID = { reason: '551d15', invalidityDate: '551d18', certificateIssuer: '551d1d' } as const;

/**
 * Reads a complete list of version 2 from DER; a hundred thousand entries take some tens of milliseconds.
 *
 * @throws DerError for a delta list, an indirect one, one without nextUpdate, one with a critical extension that is
 * not understood, one signed with an algorithm that is not accepted, and for bytes that are no list.
 */
export function parseCrl(der: Buffer): Crl {
  if (der.length > MAX_CRL_SIZE) throw new DerError(`has ${der.length} bytes, at most ${MAX_CRL_SIZE} are accepted`);
  const whole = new Reader(der, { content: 0, end: der.length });
  const list = new Reader(der, whole.next(TAG.sequence));
  whole.finish();
  const tbs = list.next(TAG.sequence);
  const algorithm = list.next(TAG.sequence);
  const signature = signatureOf(der, list.next(TAG.bitString));
  list.finish();
  const { entries, ...said } = readTbs(der, tbs, algorithm);
  const { hash, keyType } = mathsOf(der, algorithm);
  const table = new SerialTable(der, entries);
  return {
    ...said,
    entries: table.size,
    find: (serial) => table.find(serial),
    entryAt: (position) => readEntry(der, elementAt(der, position, der.length)),
    isSignedBy: (key) =>
      key.asymmetricKeyType === keyType && verify(hash, der.subarray(tbs.start, tbs.end), key, signature),
  };
}

function readTbs(der: Buffer, tbs: Element, algorithm: Element) {
  const fields = new Reader(der, tbs);
  const version = fields.next(TAG.integer);
  if (contentOf(der, version).toString('hex') !== '01') throw new DerError('is not of version 2');
  const stated = fields.next(TAG.sequence);
  if (der.compare(der, stated.start, stated.end, algorithm.start, algorithm.end) !== 0) {
    throw new DerError('names two different signature algorithms');
  }
  const issuer = fields.next(TAG.sequence);
  const thisUpdate = nextTime(der, fields);
  if (fields.ahead !== TAG.utcTime && fields.ahead !== TAG.generalizedTime) throw new DerError('has no nextUpdate');
  const nextUpdate = nextTime(der, fields);
  if (nextUpdate <= thisUpdate) throw new DerError('has a nextUpdate that is not after thisUpdate');
  const revoked = fields.optional(TAG.sequence);
  const extensions = fields.optional(0xa0);
  fields.finish();
  return {
    issuerName: der.toString('hex', issuer.start, issuer.end),
    thisUpdate,
    nextUpdate,
    ...(extensions === undefined ? { scope: WHOLE_SCOPE, number: undefined } : readExtensions(der, extensions)),
    entries: revoked === undefined ? [] : positionsOf(der, revoked),
  };
}

const nextTime = (der: Buffer, fields: Reader): number =>
  timeOf(der, fields.next(fields.ahead === TAG.generalizedTime ? TAG.generalizedTime : TAG.utcTime));

function readExtensions(der: Buffer, explicit: Element): Pick<Crl, 'scope' | 'number'> {
  let [scope, number]: [CrlScope, string | undefined] = [WHOLE_SCOPE, undefined];
  for (const { oid, critical, value } of extensionsIn(der, elementAt(der, explicit.content, explicit.end))) {
    if (oid === OID.deltaIndicator)
      throw new DerError('is a delta list, which is not supported; configure the complete list');
    else if (oid === OID.issuingPoint) scope = scopeOf(der, value);
    else if (oid === OID.number) number = contentOf(der, elementAt(der, value.content, value.end)).toString('hex');
    else if (critical && oid !== OID.authorityKey) {
      throw new DerError('has a critical extension that is not understood');
    }
  }
  return { scope, number };
}

/** Every entry is read through once, so that nothing about a list is found wrong at a look-up. */
function positionsOf(der: Buffer, revoked: Element): readonly number[] {
  const entries = new Reader(der, revoked);
  const positions: number[] = [];
  while (!entries.done) {
    const entry = entries.next(TAG.sequence);
    const fields = new Reader(der, entry);
    const serial = fields.next(TAG.integer);
    if (serial.end === serial.content) throw new DerError('has an empty serial number');
    if (fields.ahead !== TAG.utcTime && fields.ahead !== TAG.generalizedTime)
      throw new DerError('has an entry without date');
    nextTime(der, fields);
    const extensions = fields.optional(TAG.sequence);
    fields.finish();
    if (extensions !== undefined) reasonOf(der, extensions);
    positions.push(entry.start);
  }
  return positions;
}

function readEntry(der: Buffer, entry: Element): RevokedEntry {
  const fields = new Reader(der, entry);
  fields.next(TAG.integer);
  const revokedAt = nextTime(der, fields);
  const extensions = fields.optional(TAG.sequence);
  return { revokedAt, reason: extensions === undefined ? 'unspecified' : reasonOf(der, extensions) };
}

function reasonOf(der: Buffer, extensions: Element): string {
  let reason = 'unspecified';
  for (const { oid, critical, value } of extensionsIn(der, extensions)) {
    if (oid === ENTRY_OID.reason) {
      const code = contentOf(der, elementAt(der, value.content, value.end));
      const name = reasonNamed(code);
      if (name === undefined) throw new DerError('has an entry with a reason that a complete list cannot have');
      reason = name;
    } else if (oid === ENTRY_OID.certificateIssuer) {
      throw new DerError('is an indirect list, which is not supported');
    } else if (critical && oid !== ENTRY_OID.invalidityDate) {
      throw new DerError('has an entry with a critical extension that is not understood');
    }
  }
  return reason;
}
