import { table } from '../table';
import type { Outcome } from './target';

/** What came of one kind of input; plain JSON. */
export interface FuzzReport {
  readonly kind: string;
  readonly seed: number;
  inputs: number;
  identical: number;
  permitted: number;
  /** Accepted without right, accidents, and beyond the time limit. */
  violations: number;
  /** By code. */
  readonly refused: Record<string, number>;
  slowestMs: number;
  seconds: number;
}

export const newReport = (kind: string, seed: number): FuzzReport => ({
  ...{ kind, seed, inputs: 0, identical: 0, permitted: 0, violations: 0, slowestMs: 0, seconds: 0 },
  refused: Object.create(null) as Record<string, number>,
});

export function count(report: FuzzReport, outcome: Outcome): void {
  if (outcome.end === 'refused') report.refused[outcome.code] = (report.refused[outcome.code] ?? 0) + 1;
  else report[outcome.end] += 1;
}

/** One line per kind, then the refusals of each, the most frequent first. */
export function reportText(reports: readonly FuzzReport[]): string {
  const rows = reports.map(({ kind, inputs, violations, refused, identical, permitted, slowestMs, seconds }) => [
    ...[kind, inputs, violations, sum(refused), identical, permitted, Object.keys(refused).length].map(String),
    ...[slowestMs.toFixed(1), seconds.toFixed(0)],
  ]);
  const head = ['kind', 'inputs', 'violations', 'refused', 'identical', 'permitted', 'codes', 'slowest ms', 'seconds'];
  return [table([head, ...rows]), ...reports.map(codesText)].join('\n');
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, number) => total + number, 0);

function codesText({ kind, refused }: FuzzReport): string {
  const sorted = Object.entries(refused).toSorted(([, one], [, other]) => other - one);
  return `${kind}: ${sorted.map(([code, number]) => `${code} ${number}`).join(', ')}`;
}
