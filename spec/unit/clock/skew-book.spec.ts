import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SkewBook } from '../../../plugins/core/clock/skew-book';

const NOW = 1_800_000_000;

describe('the book of clocks', () => {
  it('tells the least age of a caller’s tokens: old tokens say nothing of its clock', () => {
    const book = new SkewBook();
    book.observe('a', NOW - 40, NOW);
    book.observe('a', NOW - 2, NOW);
    book.observe('a', NOW - 100, NOW);
    expect(book.furthest(NOW)).toEqual([['a', 2]]);
  });

  it('is negative for a clock that is ahead of ours', () => {
    const book = new SkewBook();
    book.observe('a', NOW + 7, NOW);
    expect(book.furthest(NOW)).toEqual([['a', -7]]);
  });

  it('forgets what is older than two windows, so that a clock that was set right shows it', () => {
    const book = new SkewBook();
    book.observe('a', NOW + 90, NOW);
    book.observe('a', NOW + 299, NOW + 300);
    expect(book.furthest(NOW + 300)).toEqual([['a', -90]]);
    book.observe('a', NOW + 600, NOW + 600);
    expect(book.furthest(NOW + 600)).toEqual([['a', 0]]);
    book.observe('a', NOW + 1199, NOW + 1200);
    expect(book.furthest(NOW + 1200)).toEqual([['a', 1]]);
  });

  it('tells nothing of a caller that has stopped, so that its alert ends: after 5 to 10 minutes', () => {
    const book = new SkewBook();
    book.observe('a', NOW + 90, NOW);
    book.observe('a', NOW + 300, NOW + 320);
    expect(book.furthest(NOW + 320)).toEqual([['a', -90]]);
    // What was seen in the window before the last is over, though nobody calls to push it out.
    expect(book.furthest(NOW + 600)).toEqual([['a', 20]]);
    expect(book.furthest(NOW + 899)).toEqual([['a', 20]]);
    expect(book.furthest(NOW + 900)).toEqual([]);
  });

  it('gives no place among the twenty to callers that have stopped', () => {
    const book = new SkewBook();
    for (let caller = 0; caller < 20; caller += 1) book.observe(`old${caller}`, NOW - 1000, NOW);
    book.observe('new', NOW + 895, NOW + 900);
    expect(book.furthest(NOW + 900)).toEqual([['new', 5]]);
  });

  it('tells the twenty that are furthest off, and remembers two hundred', () => {
    const book = new SkewBook();
    for (let caller = 0; caller < 5000; caller += 1) book.observe(`c${caller}`, NOW - caller, NOW);
    const told = book.furthest(NOW);
    expect(told).toHaveLength(20);
    expect(told[0]).toEqual(['c4999', 4999]);
    for (let caller = 0; caller < 4800; caller += 1) expect(told.map(([name]) => name)).not.toContain(`c${caller}`);
  });

  it('never tells more than twenty, nor a caller that nobody observed', () => {
    const event = fc.record({ caller: fc.constantFrom('a', 'b', 'c'), skew: fc.integer(), at: fc.nat(10_000) });
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const book = new SkewBook();
        for (const { caller, skew, at } of events) book.observe(caller, NOW + at - skew, NOW + at);
        const end = NOW + Math.max(0, ...events.map(({ at }) => at));
        const seen = new Set<string>(events.map(({ caller }) => caller));
        const told = book.furthest(end);
        expect(told.every(([caller]) => seen.has(caller))).toBe(true);
        for (const [caller, value] of told)
          expect(events.some((one) => one.caller === caller && one.skew === value)).toBe(true);
      }),
    );
  });
});
