import { styleText } from 'node:util';
import type { Host, Output } from './host';

type Paint = (text: string) => string;

/** Colour, or none. Words carry the meaning in both cases: colour is never alone. */
export interface Style {
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
  readonly strong: Paint;
  readonly faint: Paint;
  readonly accent: Paint;
}

/** Colour only on a terminal, and never with NO_COLOR, TERM=dumb or --no-color (no-color.org). */
export function styleFor(output: Output, env: Host['env'], wanted: boolean): Style {
  const colour = wanted && output.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const paint =
    (format: Parameters<typeof styleText>[0]): Paint =>
    (text) =>
      colour ? styleText(format, text, { validateStream: false }) : text;
  return {
    good: paint('green'),
    bad: paint('red'),
    warn: paint('yellow'),
    strong: paint('bold'),
    faint: paint('dim'),
    accent: paint('cyan'),
  };
}
