import { LABELLED_GAUGES } from '../gauges';
import { SkewBook } from './skew-book';

/** One book for all routes: a clock is wrong everywhere. */
const book = new SkewBook();

/** A name is a label of a metric; a subject may be as long as its authority liked. */
const MAX_CHARACTERS = 128;

/** Notes when a token of `caller`, whose signature is proven, says that it was issued. All in seconds since the epoch. */
export function noteIssuedAt(caller: string, iat: number, now: number): void {
  book.observe(caller.slice(0, MAX_CHARACTERS), iat, now);
}

LABELLED_GAUGES.push({
  name: 'modi_clock_skew_seconds',
  help: "By how many seconds a caller's clock is behind ours (ahead: negative), for the 20 that are furthest off.",
  label: 'client',
  read: () => book.furthest(Date.now() / 1000),
});
