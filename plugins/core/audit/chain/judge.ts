import { openSeal, CHECKPOINT_SCHEMA, sealOf, signerIdOf } from './checkpoint';
import type { Finding, FindingCode, FindingDetails } from './findings';
import { hashHolds, mayBeTorn, membersOf, readLine, type ChainLine, type Members } from './line';
import type { SegmentFile } from './names';
import { openStated, type OpenedSigner, type StatedSigner } from './signer';
import type { ChainState } from './state';

/** What a verifier believes, and knows from elsewhere. */
export interface JudgeOptions {
  /** Whether a stated signer is one to believe at this time (RFC 3339). By default every stated one is. */
  readonly trusts?: (signer: OpenedSigner, at: string) => boolean;
  /** Lines that must be in the chain, by their number: the head, and checkpoints kept elsewhere. */
  readonly known?: ReadonlyMap<number, KnownLine>;
  /** Judges a time stamp (DER) over the hash of a checkpoint; answers what is wrong. */
  readonly timestamps?: (token: Buffer, hash: string) => string | undefined;
}

export interface KnownLine {
  readonly bytes: Buffer;
  readonly file: string;
}

/** A checkpoint may come late by the records that open a segment and a run. */
const SLACK = 4;
const KEPT_CHECKPOINTS = 256;
/** Who wants more mends these first. */
const MOST_FINDINGS = 100;

/**
 * Follows one chain line by line and says what is wrong with it. Pure: bytes and state in, findings out. After a
 * finding it goes on from what the line claims, so that one edit is one finding.
 */
export class ChainJudge {
  readonly state: ChainState;
  readonly findings: Finding[] = [];
  private readonly options: JudgeOptions;
  private readonly opened = new Map<string, OpenedSigner>();
  private readonly missing = new Map<number, Finding>();
  private file: SegmentFile | undefined;
  private offset = 0;
  private first = true;
  private skipping = false;
  private empty = true;
  /** The file before ended without being closed: that its end was cut off, unless what follows does not belong here. */
  private cut: Finding | undefined;

  constructor(state: ChainState, options: JudgeOptions = {}) {
    this.state = state;
    this.options = options;
  }

  /** A file begins, or with `resumed` is gone on with. */
  beginSegment(file: SegmentFile, resumed = false): void {
    this.file = file;
    this.first = !resumed;
    this.skipping = false;
    this.empty = !resumed;
    this.offset = 0;
    if (resumed) return;
    if (file.first <= this.state.seq) this.skip('AUDIT_SEGMENT_REPEATED', file.first);
  }

  /** One line. Answers its frame when it is what it must be. */
  line(bytes: Buffer, offset: number): ChainLine | undefined {
    this.offset = offset;
    if (this.skipping) return undefined;
    const line = readLine(bytes);
    this.empty = false;
    if (line === undefined || !hashHolds(bytes, line)) {
      this.lost(line === undefined ? 'AUDIT_LINE_MALFORMED' : 'AUDIT_RECORD_EDITED');
      return undefined;
    }
    const before = this.findings.length;
    if (this.first) this.beginsRightly(line, bytes);
    this.first = false;
    if (!this.belongs() || !this.follows(line)) return undefined;
    this.content(line, bytes);
    this.accept(line);
    return this.findings.length === before ? line : undefined;
  }

  /** The file ends with `rest` behind its last line end. `isLast`: no other segment follows. */
  endSegment(rest: Buffer, offset: number, isLast: boolean): void {
    this.offset = offset;
    if (this.skipping) return;
    if (rest.length > 0 && !(isLast && mayBeTorn(rest))) this.lost('AUDIT_LINE_MALFORMED');
    else if (!isLast && (this.empty || !this.state.closed)) {
      this.cut = this.finding('AUDIT_SEGMENT_TRUNCATED', this.state.seq + 1, {});
    }
  }

  /** The file belongs here. What is missing between it and the one before is missed now. */
  private arrive(first: number): void {
    const { state } = this;
    if (first <= state.seq + 1) {
      this.tellCut();
      return;
    }
    const from = state.seq + 1;
    if (this.cut === undefined) this.find('AUDIT_SEGMENT_MISSING', from, { from, to: first - 1 });
    this.tellCut();
    state.seq = first - 1;
    state.hash = undefined;
  }

  private tellCut(): void {
    if (this.cut !== undefined && this.findings.length < MOST_FINDINGS) this.findings.push(this.cut);
    this.cut = undefined;
  }

  private beginsRightly(line: ChainLine, bytes: Buffer): void {
    const { file, state } = this;
    const { chain, node } = membersOf(bytes);
    if (line.kind !== 'segment' || file?.first !== line.seq) this.skip('AUDIT_SEGMENT_REPEATED', line.seq);
    else if (node !== state.node || (state.chain !== undefined && chain !== state.chain)) {
      this.skip('AUDIT_SEGMENT_FOREIGN', line.seq, { found: `${String(node)}, ${String(chain)}` });
    } else this.arrive(line.seq);
  }

  private belongs(): boolean {
    return !this.skipping;
  }

  /** The file does not belong here: none of its lines does. */
  private skip(code: FindingCode, seq: number, details: FindingDetails = {}): void {
    this.find(code, seq, details);
    this.skipping = true;
  }

  /** Number and link are those that are due. */
  private follows(line: ChainLine): boolean {
    const { state } = this;
    const due = state.seq + 1;
    if (line.seq > due) {
      this.find('AUDIT_RECORDS_MISSING', due, { from: due, to: line.seq - 1 });
      const finding = this.findings.at(-1);
      for (let seq = due; finding !== undefined && seq < Math.min(line.seq, due + 100_000); seq += 1) {
        this.missing.set(seq, finding);
      }
      return this.goOn(line);
    }
    if (line.seq < due) return this.cameLate(line);
    if (state.hash !== undefined && line.prev !== state.hash) {
      this.find('AUDIT_LINK_BROKEN', line.seq);
      return this.goOn(line);
    }
    return true;
  }

  /** After damage: the line itself is whole, what follows it can be judged again. */
  private goOn(line: ChainLine): boolean {
    this.accept(line);
    return false;
  }

  private cameLate(line: ChainLine): boolean {
    const finding = this.missing.get(line.seq);
    if (finding === undefined) {
      this.find('AUDIT_RECORD_REPEATED', line.seq);
      return false;
    }
    const at = this.findings.indexOf(finding);
    const { from = line.seq, to = line.seq } = finding.details;
    const details = { from, seq: Number(to) + 1 };
    if (at !== -1) this.findings[at] = { ...finding, code: 'AUDIT_RECORDS_REORDERED', details };
    this.missing.delete(line.seq);
    return false;
  }

  private content(line: ChainLine, bytes: Buffer): void {
    const { state } = this;
    const known = this.options.known?.get(line.seq);
    if (known !== undefined && !known.bytes.equals(bytes)) {
      this.find('AUDIT_HEAD_FORGED', line.seq, { file: known.file });
    }
    switch (line.kind) {
      case 'segment':
        this.segment(membersOf(bytes));
        break;
      case 'signer':
        this.states(membersOf(bytes)['signer'] as StatedSigner);
        break;
      case 'checkpoint':
        this.checkpoint(line, bytes);
        break;
      case 'timestamp':
        this.timestamp(line, membersOf(bytes));
        break;
      default:
    }
    if (state.every > 0 && line.kind !== 'checkpoint' && line.seq - state.sealed > state.every + SLACK) {
      this.find('AUDIT_CHECKPOINT_MISSING', line.seq, { every: state.every, from: state.sealed + 1 });
      state.every = 0;
    }
    state.closed = false;
    state.stopped = false;
    if (line.kind === 'checkpoint') {
      const { reason } = membersOf(bytes);
      state.closed = reason === 'segment';
      state.stopped = reason === 'stop';
    }
  }

  private segment(members: Members): void {
    const { state } = this;
    state.chain ??= String(members['chain']);
    state.every = Number((members['checkpoint'] as Members | undefined)?.['records']) || state.every;
    this.states(members['signer'] as StatedSigner);
  }

  private states(signer: StatedSigner): void {
    const others = this.state.signers.filter(({ id }) => id !== signer.id);
    this.state.signers = [...others, signer];
  }

  private checkpoint(line: ChainLine, bytes: Buffer): void {
    const { state } = this;
    const from = state.sealed + 1;
    const seal = sealOf(bytes);
    const id = seal === undefined ? undefined : signerIdOf(seal.jws);
    const signer = id === undefined ? undefined : this.signerOf(id);
    if (seal === undefined || id === undefined) this.find('AUDIT_CHECKPOINT_FORGED', line.seq, { from });
    else if (signer === undefined) this.find('AUDIT_SIGNER_UNKNOWN', line.seq, { signer: id });
    else {
      const claims = openSeal(seal.jws, signer.key);
      const holds =
        claims?.['schema'] === CHECKPOINT_SCHEMA &&
        claims['chain'] === state.chain &&
        claims['node'] === state.node &&
        claims['seq'] === line.seq &&
        claims['digest'] === seal.digest;
      if (!holds) this.find('AUDIT_CHECKPOINT_FORGED', line.seq, { from });
      else if (this.options.trusts?.(signer, line.at) === false) {
        this.find('AUDIT_SIGNER_UNTRUSTED', line.seq, { signer: signer.name });
      }
    }
    state.checkpoints = [...state.checkpoints.slice(1 - KEPT_CHECKPOINTS), { seq: line.seq, hash: line.hash }];
    state.checkpointCount += 1;
    state.sealed = line.seq;
  }

  private signerOf(id: string): OpenedSigner | undefined {
    const known = this.opened.get(id);
    if (known !== undefined) return known;
    const stated = this.state.signers.find((one) => one.id === id);
    if (stated === undefined) return undefined;
    const opened = openStated(stated);
    this.opened.set(id, opened);
    return opened;
  }

  private timestamp(line: ChainLine, members: Members): void {
    const of = Number(members['of']);
    if (of <= this.state.unread) return;
    const mark = this.state.checkpoints.find(({ seq }) => seq === of);
    const token = Buffer.from(String(members['token']), 'base64');
    const reason = mark === undefined ? 'there is no such checkpoint' : this.options.timestamps?.(token, mark.hash);
    if (reason !== undefined) this.find('AUDIT_TIMESTAMP_INVALID', line.seq, { of, reason });
  }

  private accept(line: ChainLine): void {
    const { state } = this;
    if (line.at < state.at) state.clockSetBack += 1;
    state.seq = line.seq;
    state.hash = line.hash;
    state.at = line.at;
  }

  /** A line that cannot be read or believed: the next one is taken as it comes. */
  private lost(code: FindingCode): void {
    if (this.first && this.file !== undefined) this.arrive(this.file.first);
    this.first = false;
    this.find(code, this.state.seq + 1);
    this.state.seq += 1;
    this.state.hash = undefined;
    this.state.closed = false;
  }

  private find(code: FindingCode, seq: number, details: FindingDetails = {}): void {
    if (this.findings.length < MOST_FINDINGS) this.findings.push(this.finding(code, seq, details));
  }

  private finding(code: FindingCode, seq: number, details: FindingDetails): Finding {
    return { code, node: this.state.node, file: this.file?.name ?? '', seq, offset: this.offset, details };
  }
}
