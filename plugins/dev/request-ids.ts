import { randomFillSync } from 'node:crypto';

const ID_BYTES = 16;
const POOLED = 256;

/** Random ids of 32 hex characters; the randomness is fetched for many at a time. */
export class RequestIds {
  private readonly pool = Buffer.alloc(ID_BYTES * POOLED);
  private used = POOLED;

  next(): string {
    if (this.used === POOLED) {
      randomFillSync(this.pool);
      this.used = 0;
    }
    const from = this.used * ID_BYTES;
    this.used += 1;
    return this.pool.toString('hex', from, from + ID_BYTES);
  }
}
