/**
 * Numbers that look random and come again for the same seed. Every input has a generator of its own, made of seed, kind
 * and number: one that failed is made again without those before it.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private count = 1;

  constructor(seed: number, kind: string, index: number) {
    this.a = mixed(seed);
    this.b = Buffer.from(kind).reduce((hash, byte) => mixed(hash ^ byte), 0x9e3779b9);
    this.c = mixed(index + 1);
    for (let round = 0; round < 8; round += 1) this.next();
  }

  /** 32 bits (Chris Doty-Humphrey's sfc32). */
  next(): number {
    const sum = (this.a + this.b + this.count) | 0;
    this.count = (this.count + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** An integer from 0 on, below `limit`; 0 when there is none. */
  below(limit: number): number {
    return limit <= 0 ? 0 : this.next() % limit;
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(list: readonly T[]): T {
    const found = list[this.below(list.length)];
    if (found === undefined) throw new TypeError('nothing to pick from');
    return found;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}

/** Every bit of the number changes about half the bits of the answer. */
function mixed(number: number): number {
  let mix = Math.imul(number ^ (number >>> 16), 0x21f0aaad);
  mix = Math.imul(mix ^ (mix >>> 15), 0x735a2d97);
  return mix ^ (mix >>> 15);
}
