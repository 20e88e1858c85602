import { usageError } from './cli-error';

/** The parsed arguments and options of one call, typed at the door. */
export class Values {
  private readonly options: Readonly<Record<string, unknown>>;
  private readonly positional: readonly string[];

  constructor(positional: readonly string[], options: Readonly<Record<string, unknown>>) {
    this.positional = positional;
    this.options = options;
  }

  argument(index: number): string | undefined {
    return this.positional[index];
  }

  /** All of them, for a command that takes any number. */
  arguments(): readonly string[] {
    return this.positional;
  }

  /** `name` as commander keeps it: `clientId` for `--client-id`. */
  string(name: string): string | undefined {
    const value = this.options[name];
    return typeof value === 'string' ? value : undefined;
  }

  list(name: string): readonly string[] {
    const value = this.options[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  flag(name: string): boolean {
    return this.options[name] === true;
  }

  /** @throws CliError CLI_USAGE unless the value is a whole number from `min` to `max`. */
  integer(name: string, min: number, max: number): number | undefined {
    const text = this.string(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw usageError(
      `${flag} must be a whole number from ${min} to ${max}, found "${text}"`,
      `${flag} deve essere un numero intero da ${min} a ${max}, trovato "${text}"`,
    );
  }
}
