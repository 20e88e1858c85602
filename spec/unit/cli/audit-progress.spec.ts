import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { progressTeller } from '../../../plugins/cli/audit';
import type { Context } from '../../../plugins/cli/shell/context';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What is written when a piece of a tenth is done every second, and then all is. */
function told(isTTY: boolean, language: 'en' | 'it'): string[] {
  const written: string[] = [];
  const stderr = { isTTY, write: (text: string) => written.push(text) };
  const context = { host: { stderr }, text: (words: Record<'en' | 'it', string>) => words[language] };
  const { tell, finish } = progressTeller(context as unknown as Context);
  for (let piece = 1; piece <= 20; piece += 1) {
    vi.advanceTimersByTime(1000);
    tell({ records: piece * 500, bytes: piece * 100, ofBytes: 2000 });
  }
  finish();
  return written;
}

describe('the progress of a long verification', () => {
  it('is a line every ten seconds where nobody looks', () => {
    expect(told(false, 'en')).toEqual([
      '50 %  5000 records, 500 per second, 10 s left\n',
      '100 %  10000 records, 500 per second, 0 s left\n',
    ]);
  });

  it('is told in place on a terminal, in the language of the reader, and taken away at the end', () => {
    const written = told(true, 'it');
    expect(written).toHaveLength(21);
    expect(written[0]).toBe('\r5 %  500 registrazioni, 500 al secondo, 19 s rimanenti\u001b[K');
    expect(written.at(-1)).toBe('\r\u001b[K');
  });

  it('is not told of a short one', () => {
    const written: string[] = [];
    const stderr = { isTTY: true, write: (text: string) => written.push(text) };
    const { tell, finish } = progressTeller({ host: { stderr }, text: () => 'x' } as unknown as Context);
    vi.advanceTimersByTime(900);
    tell({ records: 1, bytes: 1, ofBytes: 1 });
    finish();
    expect(written).toEqual([]);
  });
});
