/** One element of DER (X.690 10): where it begins, where its content begins, and where it ends. */
export interface Element {
  readonly tag: number;
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

/** The bytes are not what they should be. The message is ASCII, without any of those bytes. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const;

/** Four octets of length carry any list that fits in memory. */
const MAX_LENGTH_OCTETS = 4;

/**
 * The element at `at`, wholly inside `limit`. Lengths are definite and as short as can be, tags of one octet.
 * @throws DerError for anything else.
 */
export function elementAt(bytes: Buffer, at: number, limit: number): Element {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (at + 2 > limit || tag === undefined || first === undefined) throw new DerError('is cut off');
  if ((tag & 0x1f) === 0x1f) throw new DerError('has a tag of more than one octet');
  if (first < 0x80) return bounded({ tag, start: at, content: at + 2, end: at + 2 + first }, limit);
  const octets = first & 0x7f;
  if (octets === 0 || octets > MAX_LENGTH_OCTETS || at + 2 + octets > limit)
    throw new DerError('has a length that is not DER');
  const length = bytes.readUIntBE(at + 2, octets);
  if (length < 0x80 || bytes[at + 2] === 0) throw new DerError('has a length that is not DER');
  const content = at + 2 + octets;
  return bounded({ tag, start: at, content, end: content + length }, limit);
}

function bounded(element: Element, limit: number): Element {
  if (element.end > limit) throw new DerError('is cut off');
  return element;
}

/** The elements inside another, one after the other. */
export class Reader {
  private readonly bytes: Buffer;
  private readonly end: number;
  private at: number;

  constructor(bytes: Buffer, { content, end }: Pick<Element, 'content' | 'end'>) {
    this.bytes = bytes;
    this.at = content;
    this.end = end;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  /** The tag that comes next; undefined at the end. */
  get ahead(): number | undefined {
    return this.done ? undefined : this.bytes[this.at];
  }

  /** @throws DerError when the next element has another tag, or there is none. */
  next(tag: number): Element {
    const element = elementAt(this.bytes, this.at, this.end);
    if (element.tag !== tag) throw new DerError('is not laid out as it should be');
    this.at = element.end;
    return element;
  }

  /** The next element when it has this tag. */
  optional(tag: number): Element | undefined {
    return this.ahead === tag ? this.next(tag) : undefined;
  }

  /** @throws DerError when something is left. */
  finish(): void {
    if (!this.done) throw new DerError('holds more than it should');
  }
}

/** What an element holds, as a view. */
export const contentOf = (bytes: Buffer, { content, end }: Element): Buffer => bytes.subarray(content, end);

/** X.690 11.1: DER knows one value of true. */
export function booleanOf(bytes: Buffer, element: Element): boolean {
  const [value, ...more] = contentOf(bytes, element);
  if (more.length > 0 || (value !== 0xff && value !== 0)) throw new DerError('has a boolean that is not DER');
  return value === 0xff;
}

/**
 * Seconds since the epoch (RFC 5280 4.1.2.5: UTC, with seconds, without fractions, no year before 1950; two digits mean
 * 1950 to 2049). Digit by digit: a list has a hundred thousand of them, and a pattern takes ten times as long.
 */
export function timeOf(bytes: Buffer, { tag, content, end }: Element): number {
  const isShort = tag === TAG.utcTime;
  const behind = content + (isShort ? 2 : 4);
  if (end !== behind + 11 || bytes[end - 1] !== Z) throw new DerError('has a time that is not of RFC 5280');
  const two = twoDigits(bytes, content);
  const year = isShort ? two + (two < 50 ? 2000 : 1900) : two * 100 + twoDigits(bytes, content + 2);
  const [month, day] = [twoDigits(bytes, behind), twoDigits(bytes, behind + 2)];
  const hour = twoDigits(bytes, behind + 4);
  const minute = twoDigits(bytes, behind + 6);
  const second = twoDigits(bytes, behind + 8);
  const isDate = year >= 1950 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
  if (!isDate || hour > 23 || minute > 59 || second > 59) throw new DerError('has a time that does not exist');
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}

const [ZERO, Z] = [0x30, 0x5a];

function twoDigits(bytes: Buffer, at: number): number {
  const tens = (bytes[at] ?? 0) - ZERO;
  const ones = (bytes[at + 1] ?? 0) - ZERO;
  if (tens < 0 || tens > 9 || ones < 0 || ones > 9) throw new DerError('has a time that is not of RFC 5280');
  return 10 * tens + ones;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function daysOf(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
}
