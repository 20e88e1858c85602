import { notify } from '../notices';
import type { SigningKey } from './types';

const DAY_SECONDS = 86_400;

/** Tells the operator once per certificate and threshold that its end is near. */
export class ExpiryWatch {
  /** Ascending: the nearest threshold reached is the one that is told. */
  private readonly days: readonly number[];
  private certificate = '';
  private told = Infinity;

  constructor(days: readonly number[]) {
    this.days = days.toSorted((one, other) => one - other);
  }

  /** `now` in seconds since the epoch. */
  look({ certificates: [own], name, notAfter }: SigningKey, now: number): void {
    if (own === undefined) return;
    if (own.fingerprint256 !== this.certificate) {
      this.certificate = own.fingerprint256;
      this.told = Infinity;
    }
    const left = (notAfter - now) / DAY_SECONDS;
    const reached = this.days.find((days) => left <= days);
    if (reached === undefined || reached >= this.told) return;
    this.told = reached;
    notify({
      level: reached <= 1 ? 'error' : 'warn',
      message:
        left < 0
          ? 'the signing certificate has expired; answers that must be signed are refused'
          : 'the signing certificate ends soon; answers that must be signed are refused after that',
      fields: { certificate: name, not_after: new Date(notAfter * 1000).toISOString(), days_left: Math.floor(left) },
    });
  }
}
