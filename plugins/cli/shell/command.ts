import type { Localized } from '../../core/errors';
import type { Context } from './context';
import type { Values } from './values';

export interface OptionDeclaration {
  /** As commander writes it: `--aud <URI>`, `--force`. */
  readonly flags: string;
  readonly about: Localized;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** May stand several times. */
  readonly repeat?: true;
}

export interface ArgumentDeclaration {
  /** `<URL>` when required, `[TOKEN]` when not. */
  readonly name: string;
  readonly about: Localized;
}

export interface Example {
  readonly line: string;
  readonly about: Localized;
}

/** A block of the help under its own title. */
export interface HelpSection {
  readonly title: Localized;
  readonly rows: readonly (readonly [term: string, about: Localized])[];
}

/** One command, declared once: parser, help, completion and tests read this. */
export interface CommandDefinition {
  readonly about: Localized;
  readonly arguments?: readonly ArgumentDeclaration[];
  readonly options: readonly OptionDeclaration[];
  readonly sections?: readonly HelpSection[];
  readonly examples: readonly Example[];
  readonly exits: readonly (readonly [code: number, about: Localized])[];
  /** Runs and answers the exit code. */
  run(values: Values, context: Context): Promise<number>;
}
