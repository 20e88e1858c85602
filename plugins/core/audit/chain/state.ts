import { GENESIS } from './line';
import type { StatedSigner } from './signer';

/** A checkpoint, by number and hash of its line. */
export interface CheckpointMark {
  readonly seq: number;
  readonly hash: string;
}

/** How far a chain was followed, and what must be known to go on. Plain JSON, so that a verification can be resumed. */
export interface ChainState {
  node: string;
  /** Id of the chain, from its first segment. */
  chain: string | undefined;
  /** The last record, and its hash; undefined after damage, when nobody can say what must follow. */
  seq: number;
  hash: string | undefined;
  /** UTC of the last record. */
  at: string;
  /** Latest checkpoints, newest last. */
  checkpoints: CheckpointMark[];
  checkpointCount: number;
  /** Number of the last record that a checkpoint covers; 0 when none does. */
  sealed: number;
  /** Reading began after this record: what is said of one up to it cannot be judged. */
  unread: number;
  /** Most records between two checkpoints, as the segment promises. */
  every: number;
  signers: StatedSigner[];
  /** The last line closed its segment. */
  closed: boolean;
  /** The last line was written by a writer that stopped in order. */
  stopped: boolean;
  /** How often a record is older than the one before it: the clock of the writer was set back. */
  clockSetBack: number;
}

export const newState = (node: string): ChainState => ({
  node,
  chain: undefined,
  seq: 0,
  hash: GENESIS,
  at: '',
  checkpoints: [],
  checkpointCount: 0,
  sealed: 0,
  unread: 0,
  every: 0,
  signers: [],
  closed: true,
  stopped: false,
  clockSetBack: 0,
});

/** For reading that begins with a later record: all before it is taken as sealed, and nothing known of its hash. */
export function stateBefore(node: string, first: number): ChainState {
  if (first <= 1) return newState(node);
  const before = first - 1;
  return { ...newState(node), seq: before, sealed: before, unread: before, hash: undefined };
}
