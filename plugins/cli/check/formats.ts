import type { CheckResult } from '../../check';
import { usageError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import { printGithub } from './github';
import { printJson } from './json';
import { printSarif } from './sarif';
import { printText } from './text';

/** One file and what was found in it. */
export interface Checked extends CheckResult {
  readonly name: string;
  /** How many findings `--fix` mended. */
  readonly fixed: number;
}

export interface PrintOptions {
  /** Notes are wanted, not only counted. */
  readonly notes: boolean;
}

interface Format {
  print(checked: readonly Checked[], options: PrintOptions, context: Context): void;
}

const BY_NAME: Readonly<Record<string, Format>> = {
  text: { print: printText },
  json: { print: printJson },
  sarif: { print: printSarif },
  github: { print: printGithub },
};

export const FORMATS: readonly string[] = Object.keys(BY_NAME);

export function formatNamed(name: string): Format {
  const format = BY_NAME[name];
  if (format === undefined) throw usageError(`there is no format ${name}`, `il formato ${name} non esiste`);
  return format;
}
