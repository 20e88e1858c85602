/** The operator's mistake: the configuration cannot be honoured. `field` is the dotted path below `config`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly field: string;
  /** What is wrong with it, without the field: for a room that knows the value by another name. */
  readonly problem: string;

  constructor(field: string, problem: string, options?: ErrorOptions) {
    super(`config.${field}: ${problem}`, options);
    this.field = field;
    this.problem = problem;
  }
}
