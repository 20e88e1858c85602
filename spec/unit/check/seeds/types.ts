import type { CheckSettings } from '../../../../plugins/check';

/** One mistake, put into the good configuration. */
export interface Seed {
  readonly code: string;
  /** What is replaced, once, by what. */
  readonly change: readonly [from: string, to: string];
  /** The line that must be pointed at holds this. */
  readonly line: string;
  readonly severity?: 'error' | 'warning' | 'note';
  readonly settings?: Partial<CheckSettings>;
  /** Lines added to, or replacing, the kong.conf; without it there is none. */
  readonly conf?: readonly [from: string, to: string];
}
