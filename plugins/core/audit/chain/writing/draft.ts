import { sealBody, type CheckpointReason } from '../checkpoint';
import { closeLine, lineBody, type Members } from '../line';
import type { ChainSigner } from '../signer';

/** Where a chain ends, and what the next line has to know of it. */
export interface ChainEnd {
  readonly seq: number;
  readonly hash: string;
  /** Records since the last checkpoint. */
  readonly since: number;
  /** The key that was stated last. */
  readonly signerId: string;
}

/** A checkpoint among the lines of a draft. */
export interface DraftCheckpoint {
  readonly line: string;
  readonly seq: number;
  readonly hash: string;
}

/** Lines to come, each linked to the one before. They are the chain's once they are on disk, all of them or none. */
export class Draft {
  /** The lines, with their line ends. */
  text = '';
  /** The last checkpoint among them. */
  checkpoint: DraftCheckpoint | undefined;
  private readonly time: () => string;
  private seq: number;
  private hash: string;
  private since: number;
  private signerId: string;

  /** `time`: UTC in RFC 3339 with milliseconds. */
  constructor({ seq, hash, since, signerId }: ChainEnd, time: () => string) {
    this.time = time;
    [this.seq, this.hash, this.since, this.signerId] = [seq, hash, since, signerId];
  }

  /** Where the chain ends with these lines. */
  get end(): ChainEnd {
    const { seq, hash, since, signerId } = this;
    return { seq, hash, since, signerId };
  }

  add(kind: string, members: Members): void {
    this.take(lineBody(this.seq + 1, this.hash, this.time(), kind, members));
    this.since += 1;
  }

  /** The first line of a file, which states the key. */
  begin(members: Members, { stated }: ChainSigner): void {
    this.add('segment', { ...members, signer: stated });
    this.signerId = stated.id;
  }

  /** A signature over everything so far; a key that was not stated yet is stated first. Rejects when it cannot sign. */
  async seal(
    of: { readonly chain: string; readonly node: string },
    { signer, stated }: ChainSigner,
    reason: CheckpointReason,
    position: Members,
  ): Promise<void> {
    if (stated.id !== this.signerId) this.add('signer', { signer: stated });
    const seq = this.seq + 1;
    const body = lineBody(seq, this.hash, this.time(), 'checkpoint', { reason, position });
    const sealed = await sealBody(body, { ...of, seq }, signer);
    const from = this.text.length;
    this.take(sealed);
    this.since = 0;
    this.signerId = stated.id;
    this.checkpoint = { line: this.text.slice(from), seq, hash: this.hash };
  }

  private take(body: string): void {
    const { text, hash } = closeLine(body);
    this.text += `${text}\n`;
    this.seq += 1;
    this.hash = hash;
  }
}
