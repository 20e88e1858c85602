import { nearest } from '../../core/text';

/** One fault of a configuration file. `line` and `column` count from 1. */
export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Dotted path in the document, places in lists counted from 1: `services[1].routes[2].paths`. */
  readonly field: string;
  readonly problem: string;
  /** The name that was probably meant. */
  readonly suggestion?: string;
}

/** The configuration cannot be run. Holds every fault found, not only the first. */
export class GatewayConfigError extends Error {
  override readonly name = 'GatewayConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(describeProblem).join('\n'));
    this.problems = problems;
  }
}

/** `file:line:column: field: problem (did you mean "x"?)` */
export function describeProblem(problem: ConfigProblem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  const hint = problem.suggestion === undefined ? '' : ` (did you mean "${problem.suggestion}"?)`;
  return `${place}: ${problem.field === '' ? '' : `${problem.field}: `}${problem.problem}${hint}`;
}

/** The nearest of `names` to the last member of a dotted field, as a member to spread into a problem. */
export function suggest(wrong: string, names: readonly string[] | undefined): { suggestion?: string } {
  const suggestion = names === undefined ? undefined : nearest(wrong, names);
  return suggestion === undefined ? {} : { suggestion };
}
