import { hash } from 'node:crypto';

/** What every line of a chain says of itself, before anything else is believed. */
export interface ChainLine {
  readonly seq: number;
  /** Hash of the line before, 64 lower-case hexadecimal digits; zeros for the first of a chain. */
  readonly prev: string;
  /** UTC, RFC 3339 with milliseconds, by the clock of the writer. */
  readonly at: string;
  readonly kind: string;
  /** As stated at the end of the line; `hashHolds` says whether it is so. */
  readonly hash: string;
}

/** The `prev` of the first record of a chain. */
export const GENESIS = '0'.repeat(64);

const HASH_NAME = ',"hash":"';
/** `,"hash":"`, 64 digits, `"}`. The hash covers every byte of the line before it. */
const HASH_BYTES = HASH_NAME.length + 64 + 2;
const HASH_FORM = /^,"hash":"([0-9a-f]{64})"\}$/;

const HEAD_FORM =
  /^\{"seq":([1-9]\d{0,14}),"prev":"([0-9a-f]{64})","at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)","kind":"([a-z_]{1,20})"/;
/** The longest text that HEAD_FORM can match. */
const HEAD_BYTES = 160;

/** The members that a line has besides its own frame. */
export type Members = Readonly<Record<string, unknown>>;

/** The beginning of a line, all that is hashed: frame, then members in the order given. Without the end of the object. */
export function lineBody(seq: number, prev: string, at: string, kind: string, members: Members): string {
  const inner = JSON.stringify(members).slice(1, -1);
  return `{"seq":${seq},"prev":"${prev}","at":"${at}","kind":"${kind}"${inner === '' ? '' : `,${inner}`}`;
}

/** Closes a body with its hash: the whole line, without line end. */
export function closeLine(body: string): { readonly text: string; readonly hash: string } {
  const digest = hash('sha256', body, 'hex');
  return { text: `${body}${HASH_NAME}${digest}"}`, hash: digest };
}

/** Reads the frame of a line, without its line end. Undefined when it has not the form of one. */
export function readLine(bytes: Buffer): ChainLine | undefined {
  const head = HEAD_FORM.exec(bytes.toString('latin1', 0, Math.min(HEAD_BYTES, bytes.length)));
  const end = HASH_FORM.exec(bytes.toString('latin1', Math.max(0, bytes.length - HASH_BYTES)));
  if (head === null || end === null) return undefined;
  const [, seq = '', prev = '', at = '', kind = ''] = head;
  return { seq: Number(seq), prev, at, kind, hash: end[1] ?? '' };
}

/** Whether the bytes are those that were hashed. */
export const hashHolds = (bytes: Buffer, line: ChainLine): boolean =>
  hash('sha256', bytes.subarray(0, bytes.length - HASH_BYTES), 'hex') === line.hash;

/** The members of a line whose hash holds. */
export const membersOf = (bytes: Buffer): Members => JSON.parse(bytes.toString('utf8')) as Members;

/**
 * Whether bytes without line end may be a line that was being written when the writer died: its beginning, or all of
 * it but the line end. Anything else at the end of a file was put there.
 */
export function mayBeTorn(bytes: Buffer): boolean {
  const whole = wholeLineIn(bytes);
  if (whole !== undefined) return whole === bytes.length;
  return isBeginning(bytes.toString('latin1', 0, Math.min(HEAD_BYTES, bytes.length)));
}

/** Where a line that is whole ends in the bytes, whatever follows; undefined when none is. */
function wholeLineIn(bytes: Buffer): number | undefined {
  for (let at = bytes.indexOf(HASH_NAME); at !== -1; at = bytes.indexOf(HASH_NAME, at + 1)) {
    const [, digest] = HASH_FORM.exec(bytes.toString('latin1', at, at + HASH_BYTES)) ?? [];
    if (digest !== undefined && hash('sha256', bytes.subarray(0, at), 'hex') === digest) return at + HASH_BYTES;
  }
  return undefined;
}

const SAMPLE = `{"seq":1,"prev":"${GENESIS}","at":"2000-01-01T00:00:00.000Z","kind":"`;

/** As far as it goes the text is a line's beginning: each place has the character, or the class of character, due there. */
function isBeginning(text: string): boolean {
  const [, digits = ''] = /^\{"seq":(\d+)/.exec(text) ?? [];
  const model = digits === '' ? SAMPLE : SAMPLE.replace('1', '1'.repeat(digits.length));
  const length = Math.min(text.length, model.length);
  for (let at = 0; at < length; at += 1) {
    const [due, found] = [model[at] ?? '', text[at] ?? ''];
    const fits = /[0-9]/.test(due) ? /[0-9a-f]/.test(found) : due === found;
    if (!fits) return false;
  }
  return true;
}

/** SHA-256 in hexadecimal, for what a record says of bytes. */
export const sha256 = (bytes: Buffer): string => hash('sha256', bytes, 'hex');
