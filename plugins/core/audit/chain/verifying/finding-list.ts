import type { Finding, FindingCode, FindingDetails } from '../findings';

/** Who wants more mends these first. */
const MOST_FINDINGS = 100;

/** What is wrong with a chain, in the order in which it was found, and where reading stands. */
export class FindingList {
  readonly all: Finding[] = [];
  private readonly node: string;
  private file = '';
  private offset = 0;

  constructor(node: string) {
    this.node = node;
  }

  /** What is found from now on is found in this file. */
  inFile(name: string): void {
    this.file = name;
    this.offset = 0;
  }

  /** What is found from now on is found at this byte of the file. */
  atByte(offset: number): void {
    this.offset = offset;
  }

  find(code: FindingCode, seq: number, details: FindingDetails = {}): void {
    this.add(this.made(code, seq, details));
  }

  /** A finding of this place, which may turn out to be none. */
  made(code: FindingCode, seq: number, details: FindingDetails): Finding {
    return { code, node: this.node, file: this.file, seq, offset: this.offset, details };
  }

  add(finding: Finding): void {
    if (this.all.length < MOST_FINDINGS) this.all.push(finding);
  }

  /** Another finding in the place of one that is there. */
  replace(finding: Finding, other: Finding): void {
    const at = this.all.indexOf(finding);
    if (at !== -1) this.all[at] = other;
  }
}
