/** Half empty at least, so that a look-up seldom goes beyond its first place. */
const MAX_LOAD = 0.5;

/**
 * Serial numbers to the entries that hold them: an open hash table of positions into the list's own bytes. A hundred
 * thousand entries need one megabyte beside the list, and no object each. Only for entries that have been read
 * through as DER: here their headers are merely stepped over.
 */
export class SerialTable {
  readonly size: number;
  private readonly bytes: Buffer;
  private readonly slots: Int32Array;
  private readonly mask: number;

  /** `entries` are positions of revokedCertificates' elements, each a SEQUENCE that begins with its serial number. */
  constructor(bytes: Buffer, entries: readonly number[]) {
    this.bytes = bytes;
    this.size = entries.length;
    const places = 2 ** Math.ceil(Math.log2(Math.max(2, entries.length / MAX_LOAD)));
    this.mask = places - 1;
    // Zero is nobody's position: a list begins with its own header.
    this.slots = new Int32Array(places);
    for (const entry of entries) this.add(entry);
  }

  /** The position of the entry with this serial number (see `serialOf`). */
  find(serial: Buffer): number | undefined {
    for (let place = hashOf(serial, 0, serial.length) & this.mask; ; place = (place + 1) & this.mask) {
      const entry = this.slots[place] ?? 0;
      if (entry === 0) return undefined;
      if (this.holds(entry, serial)) return entry;
    }
  }

  private add(entry: number): void {
    const { bytes } = this;
    const serial = contentAfter(bytes, entry);
    const to = endOf(bytes, serial);
    let place = hashOf(bytes, firstDigit(bytes, contentAfter(bytes, serial), to), to) & this.mask;
    while (this.slots[place] !== 0) place = (place + 1) & this.mask;
    this.slots[place] = entry;
  }

  /** Octet by octet: for twenty of them a call into the platform costs more than the comparison. */
  private holds(entry: number, wanted: Buffer): boolean {
    const { bytes } = this;
    const serial = contentAfter(bytes, entry);
    const to = endOf(bytes, serial);
    const from = firstDigit(bytes, contentAfter(bytes, serial), to);
    if (to - from !== wanted.length) return false;
    for (let at = 0; at < wanted.length; at += 1) if (bytes[from + at] !== wanted[at]) return false;
    return true;
  }
}

/** Issuers differ on the zeros in front, numbers do not. */
function firstDigit(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to - 1 && bytes[at] === 0) at += 1;
  return at;
}

/** Where the content of the element at `at` begins: a length octet above 7F counts those that follow it. */
function contentAfter(bytes: Buffer, at: number): number {
  const length = bytes[at + 1] ?? 0;
  return length < 0x80 ? at + 2 : at + 2 + (length & 0x7f);
}

function endOf(bytes: Buffer, at: number): number {
  const length = bytes[at + 1] ?? 0;
  return length < 0x80 ? at + 2 + length : at + 2 + (length & 0x7f) + bytes.readUIntBE(at + 2, length & 0x7f);
}

/** FNV-1a: serial numbers are chosen by an authority that is trusted, not by callers. */
function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
