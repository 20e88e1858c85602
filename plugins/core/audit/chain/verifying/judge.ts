import type { Finding, FindingCode, FindingDetails } from '../findings';
import { hashHolds, mayBeTorn, membersOf, readLine, type ChainLine } from '../line';
import type { SegmentFile } from '../names';
import type { ChainState } from '../state';
import { FindingList } from './finding-list';
import { LineOrder } from './line-order';
import { SealJudge, type SealTrust } from './seal-judge';

/** What a verifier believes, and knows from elsewhere. */
export interface JudgeOptions extends SealTrust {
  /** Lines that must be in the chain, by their number: the head, and checkpoints kept elsewhere. */
  readonly known?: ReadonlyMap<number, KnownLine>;
}

export interface KnownLine {
  readonly bytes: Buffer;
  readonly file: string;
}

/**
 * Follows one chain line by line and says what is wrong with it. Pure: bytes and state in, findings out. After a
 * finding it goes on from what the line claims, so that one edit is one finding.
 */
export class ChainJudge {
  readonly state: ChainState;
  private readonly known: JudgeOptions['known'];
  private readonly found: FindingList;
  private readonly order: LineOrder;
  private readonly seals: SealJudge;
  private file: SegmentFile | undefined;
  private first = true;
  private skipping = false;
  private empty = true;
  /** The file before ended without being closed: that its end was cut off, unless what follows does not belong here. */
  private cut: Finding | undefined;

  constructor(state: ChainState, options: JudgeOptions = {}) {
    this.state = state;
    this.known = options.known;
    this.found = new FindingList(state.node);
    this.order = new LineOrder(state, this.found);
    this.seals = new SealJudge(state, this.found, options);
  }

  get findings(): readonly Finding[] {
    return this.found.all;
  }

  /** A file begins, or with `resumed` is gone on with. */
  beginSegment(file: SegmentFile, resumed = false): void {
    this.file = file;
    this.found.inFile(file.name);
    this.first = !resumed;
    this.skipping = false;
    this.empty = !resumed;
    if (resumed) return;
    if (file.first <= this.state.seq) this.skip('AUDIT_SEGMENT_REPEATED', file.first);
  }

  /** One line. Answers its frame when it is what it must be. */
  line(bytes: Buffer, offset: number): ChainLine | undefined {
    this.found.atByte(offset);
    if (this.skipping) return undefined;
    const line = readLine(bytes);
    this.empty = false;
    if (line === undefined || !hashHolds(bytes, line)) {
      this.lost(line === undefined ? 'AUDIT_LINE_MALFORMED' : 'AUDIT_RECORD_EDITED');
      return undefined;
    }
    const before = this.findings.length;
    const belongs = !this.first || this.beginsRightly(line, bytes);
    this.first = false;
    if (!belongs || !this.order.follows(line)) return undefined;
    this.compare(line, bytes);
    this.seals.line(line, bytes);
    this.order.accept(line);
    return this.findings.length === before ? line : undefined;
  }

  /** The file ends with `rest` behind its last line end. `isLast`: no other segment follows. */
  endSegment(rest: Buffer, offset: number, isLast: boolean): void {
    this.found.atByte(offset);
    if (this.skipping) return;
    if (rest.length > 0 && !(isLast && mayBeTorn(rest))) this.lost('AUDIT_LINE_MALFORMED');
    else if (!isLast && (this.empty || !this.state.closed)) {
      this.cut = this.found.made('AUDIT_SEGMENT_TRUNCATED', this.state.seq + 1, {});
    }
  }

  /** The first line of a file says what it must. False when none of its lines belongs here. */
  private beginsRightly(line: ChainLine, bytes: Buffer): boolean {
    const { file, state } = this;
    const { chain, node } = membersOf(bytes);
    if (line.kind !== 'segment' || file?.first !== line.seq) return this.skip('AUDIT_SEGMENT_REPEATED', line.seq);
    if (node !== state.node || (state.chain !== undefined && chain !== state.chain)) {
      return this.skip('AUDIT_SEGMENT_FOREIGN', line.seq, { found: `${String(node)}, ${String(chain)}` });
    }
    this.arrive(line.seq);
    return true;
  }

  /** The file belongs here. What is missing between it and the one before is missed now. */
  private arrive(first: number): void {
    const { state } = this;
    if (first <= state.seq + 1) {
      this.tellCut();
      return;
    }
    const from = state.seq + 1;
    if (this.cut === undefined) this.found.find('AUDIT_SEGMENT_MISSING', from, { from, to: first - 1 });
    this.tellCut();
    state.seq = first - 1;
    state.hash = undefined;
  }

  private tellCut(): void {
    if (this.cut !== undefined) this.found.add(this.cut);
    this.cut = undefined;
  }

  private skip(code: FindingCode, seq: number, details: FindingDetails = {}): false {
    this.found.find(code, seq, details);
    this.skipping = true;
    return false;
  }

  private compare({ seq }: ChainLine, bytes: Buffer): void {
    const known = this.known?.get(seq);
    if (known !== undefined && !known.bytes.equals(bytes)) {
      this.found.find('AUDIT_HEAD_FORGED', seq, { file: known.file });
    }
  }

  /** A line that cannot be read or believed: the next one is taken as it comes. */
  private lost(code: FindingCode): void {
    if (this.first && this.file !== undefined) this.arrive(this.file.first);
    this.first = false;
    this.found.find(code, this.state.seq + 1);
    this.state.seq += 1;
    this.state.hash = undefined;
    this.state.closed = false;
  }
}
