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
    expect(book.furthest()).toEqual([['a', 2]]);
  });

  it('is negative for a clock that is ahead of ours', () => {
    const book = new SkewBook();
    book.observe('a', NOW + 7, NOW);
    expect(book.furthest()).toEqual([['a', -7]]);
  });

  it('forgets what is older than two windows, so that a clock that was set right shows it', () => {
    const book = new SkewBook();
    book.observe('a', NOW + 90, NOW);
    book.observe('a', NOW + 299, NOW + 300);
    expect(book.furthest()).toEqual([['a', -90]]);
    book.observe('a', NOW + 600, NOW + 600);
    expect(book.furthest()).toEqual([['a', 0]]);
    book.observe('a', NOW + 1199, NOW + 1200);
    expect(book.furthest()).toEqual([['a', 1]]);
  });

  it('tells the twenty that are furthest off, and remembers two hundred', () => {
    const book = new SkewBook();
    for (let caller = 0; caller < 5000; caller += 1) book.observe(`c${caller}`, NOW - caller, NOW);
    const told = book.furthest();
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
        const seen = new Set(events.map(({ caller }) => caller));
        const told = book.furthest();
        expect(told.map(([caller]) => caller).toSorted()).toEqual([...seen].toSorted());
        for (const [caller, value] of told)
          expect(events.some((one) => one.caller === caller && one.skew === value)).toBe(true);
      }),
    );
  });
});
