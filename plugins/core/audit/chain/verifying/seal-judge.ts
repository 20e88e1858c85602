import { CHECKPOINT_SCHEMA, openSeal, sealOf, signerIdOf } from '../checkpoint';
import { membersOf, type ChainLine, type Members } from '../line';
import { openStated, type OpenedSigner, type StatedSigner } from '../signer';
import type { ChainState } from '../state';
import type { FindingList } from './finding-list';

/** Whom a verifier believes. */
export interface SealTrust {
  /** Whether a stated signer is one to believe at this time (RFC 3339). By default every stated one is. */
  readonly trusts?: (signer: OpenedSigner, at: string) => boolean;
  /** Judges a time stamp (DER) over the hash of a checkpoint; answers what is wrong. */
  readonly timestamps?: (token: Buffer, hash: string) => string | undefined;
}

/** A checkpoint may come late by the records that open a segment and a run. */
const SLACK = 4;
/** So far back a time stamp finds its checkpoint, counted in checkpoints. */
export const KEPT_CHECKPOINTS = 256;

/** Judges what seals a chain: checkpoints, their number, the keys that are stated, time stamps. */
export class SealJudge {
  private readonly state: ChainState;
  private readonly findings: FindingList;
  private readonly trust: SealTrust;
  private readonly opened = new Map<string, OpenedSigner>();

  constructor(state: ChainState, findings: FindingList, trust: SealTrust) {
    [this.state, this.findings, this.trust] = [state, findings, trust];
  }

  /** A line that is the one that is due here. */
  line(line: ChainLine, bytes: Buffer): void {
    const { state } = this;
    [state.closed, state.stopped] = [false, false];
    switch (line.kind) {
      case 'segment':
        this.segment(membersOf(bytes));
        break;
      case 'signer':
        this.states(membersOf(bytes)['signer'] as StatedSigner);
        break;
      case 'checkpoint':
        this.checkpoint(line, bytes);
        return;
      case 'timestamp':
        this.timestamp(line, membersOf(bytes));
        break;
      default:
    }
    if (state.every > 0 && line.seq - state.sealed > state.every + SLACK) {
      this.findings.find('AUDIT_CHECKPOINT_MISSING', line.seq, { every: state.every, from: state.sealed + 1 });
      state.every = 0;
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
    this.signature(line, bytes);
    state.checkpoints = [...state.checkpoints.slice(1 - KEPT_CHECKPOINTS), { seq: line.seq, hash: line.hash }];
    state.checkpointCount += 1;
    state.sealed = line.seq;
    const { reason } = membersOf(bytes);
    [state.closed, state.stopped] = [reason === 'segment', reason === 'stop'];
  }

  private signature({ seq, at }: ChainLine, bytes: Buffer): void {
    const { state, findings } = this;
    const from = state.sealed + 1;
    const seal = sealOf(bytes);
    const id = seal === undefined ? undefined : signerIdOf(seal.jws);
    const signer = id === undefined ? undefined : this.signerOf(id);
    if (seal === undefined || id === undefined) findings.find('AUDIT_CHECKPOINT_FORGED', seq, { from });
    else if (signer === undefined) findings.find('AUDIT_SIGNER_UNKNOWN', seq, { signer: id });
    else {
      const claims = openSeal(seal.jws, signer.key);
      const holds =
        claims?.['schema'] === CHECKPOINT_SCHEMA &&
        claims['chain'] === state.chain &&
        claims['node'] === state.node &&
        claims['seq'] === seq &&
        claims['digest'] === seal.digest;
      if (!holds) findings.find('AUDIT_CHECKPOINT_FORGED', seq, { from });
      else if (this.trust.trusts?.(signer, at) === false) {
        findings.find('AUDIT_SIGNER_UNTRUSTED', seq, { signer: signer.name });
      }
    }
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
    const reason = mark === undefined ? 'there is no such checkpoint' : this.trust.timestamps?.(token, mark.hash);
    if (reason !== undefined) this.findings.find('AUDIT_TIMESTAMP_INVALID', line.seq, { of, reason });
  }
}
