import type { Random } from './random';

/** One piece of an input, with its name: a header, a certificate, a body. */
export interface Part {
  readonly name: string;
  readonly bytes: Buffer;
}

export type Input = readonly Part[];

/**
 * How an input ended without anything wrong. `refused`: with a code of a table. `identical`: accepted, and it says the
 * very same as a good sample. `permitted`: accepted, and it may be: whoever may say so has signed it as it stands.
 */
export type Outcome = { readonly end: 'refused'; readonly code: string } | { readonly end: 'identical' | 'permitted' };

/** Something that reads what strangers send. */
export interface FuzzTarget {
  readonly kind: string;
  /** Codes, or `permitted`, that a run must end in now and then: else it would not get as far as it should. */
  readonly reaches: readonly string[];
  /** Processor time that one input may take, in milliseconds, where that is not 50 with a reason. */
  readonly limitMs?: number;
  /** Makes an input; all that is random in it comes from `random`. */
  make(random: Random): Input;
  /** Lets the real code judge it, and judges the code. @throws whatever is wrong: an accident, or an acceptance. */
  judge(input: Input): Outcome | Promise<Outcome>;
}

export const refused = (code: string): Outcome => ({ end: 'refused', code });
export const IDENTICAL: Outcome = { end: 'identical' };
export const PERMITTED: Outcome = { end: 'permitted' };

/** The input made a reader do what it must not. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** The bytes of the part with this name. */
export const partOf = (input: Input, name: string): Buffer =>
  input.find((part) => part.name === name)?.bytes ?? Buffer.alloc(0);

const SHORT_ASCII = /^[\x20-\x7e]{1,500}$/;

/** What is told to operators and callers is short and printable, whatever was read. @throws Violation */
export function requireShortAscii(text: string): string {
  if (SHORT_ASCII.test(text)) return text;
  throw new Violation(`a message is not short ASCII: ${JSON.stringify(text.slice(0, 600))}`);
}
