import type { Finding } from '../findings';
import type { ChainLine } from '../line';
import type { ChainState } from '../state';
import type { FindingList } from './finding-list';

/** Of so many missing records it is remembered that they may only have changed places. */
const MOST_MISSING = 100_000;

/** Follows numbers and links, and tells what is missing, repeated, out of place or replaced. */
export class LineOrder {
  private readonly state: ChainState;
  private readonly findings: FindingList;
  private readonly missing = new Map<number, Finding>();

  constructor(state: ChainState, findings: FindingList) {
    [this.state, this.findings] = [state, findings];
  }

  /** Whether number and link are those that are due. */
  follows(line: ChainLine): boolean {
    const { state, findings } = this;
    const due = state.seq + 1;
    if (line.seq > due) return this.cameEarly(line, due);
    if (line.seq < due) return this.cameLate(line);
    if (state.hash === undefined || line.prev === state.hash) return true;
    findings.find('AUDIT_LINK_BROKEN', line.seq);
    return this.goOn(line);
  }

  /** The line is the last one now. */
  accept(line: ChainLine): void {
    const { state } = this;
    if (line.at < state.at) state.clockSetBack += 1;
    state.seq = line.seq;
    state.hash = line.hash;
    state.at = line.at;
  }

  private cameEarly(line: ChainLine, due: number): boolean {
    this.findings.find('AUDIT_RECORDS_MISSING', due, { from: due, to: line.seq - 1 });
    const finding = this.findings.all.at(-1);
    for (let seq = due; finding !== undefined && seq < Math.min(line.seq, due + MOST_MISSING); seq += 1) {
      this.missing.set(seq, finding);
    }
    return this.goOn(line);
  }

  private cameLate({ seq }: ChainLine): boolean {
    const finding = this.missing.get(seq);
    if (finding === undefined) {
      this.findings.find('AUDIT_RECORD_REPEATED', seq);
      return false;
    }
    const { from = seq, to = seq } = finding.details;
    const details = { from, seq: Number(to) + 1 };
    this.findings.replace(finding, { ...finding, code: 'AUDIT_RECORDS_REORDERED', details });
    this.missing.delete(seq);
    return false;
  }

  /** After damage: the line itself is whole, what follows it can be judged again. */
  private goOn(line: ChainLine): boolean {
    this.accept(line);
    return false;
  }
}
