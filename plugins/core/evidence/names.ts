import { hostname } from 'node:os';

const NAME = /^evidence-([A-Za-z0-9_.]+)-(\d+)-(\d+)-(\d+)\.jsonl$/;

/** What the name of an evidence file says. Two files with the same first three were written by one process, in order of `number`. */
export interface EvidenceFileName {
  readonly name: string;
  readonly node: string;
  readonly pid: number;
  /** When the process opened its first file, in milliseconds since the epoch. */
  readonly start: number;
  readonly number: number;
}

/** The node's name as file names can hold it: the dash is their separator. */
export const nodeName = (): string => hostname().replaceAll(/[^A-Za-z0-9_.]/g, '_') || 'node';

/** No other process, and no later one under the same process id, comes up with the same name. */
export const fileNameOf = ({ node, pid, start, number }: Omit<EvidenceFileName, 'name'>): string =>
  `evidence-${node}-${pid}-${start}-${number}.jsonl`;

/** Undefined when the name is none of an evidence file. */
export function parseFileName(name: string): EvidenceFileName | undefined {
  const [, node, pid, start, number] = NAME.exec(name) ?? [];
  if (node === undefined) return undefined;
  return { name, node, pid: Number(pid), start: Number(start), number: Number(number) };
}

/** Oldest process first, then in the order in which it wrote. */
export const inOrder = (one: EvidenceFileName, other: EvidenceFileName): number =>
  one.start - other.start || one.node.localeCompare(other.node) || one.pid - other.pid || one.number - other.number;
