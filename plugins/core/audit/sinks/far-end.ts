import { FetchError } from '../../fetch';
import type { Item } from './batches';

/** What became of a batch: taken; not taken now; or refused for good, whatever is tried. */
export type Delivery =
  | { readonly outcome: 'taken' }
  /** `after`: seconds for which the far end wants to be left alone. */
  | { readonly outcome: 'later'; readonly why: string; readonly after?: number | undefined }
  /** `whole`: parts of the batch were taken and nobody knows which; it must not be sent again, not even in parts. */
  | { readonly outcome: 'refused'; readonly why: string; readonly whole?: boolean };

/** A place that records are sent to. */
export interface FarEnd {
  /** Hands over a batch of one node's records. Rejects when it cannot: then the batch is sent again as it is. */
  deliver(batch: readonly Item[]): Promise<Delivery>;
  /** Lets go of what it holds; it may be used again afterwards. */
  close(): Promise<void>;
}

/** Makes a path of the settings absolute. */
export type PathOf = (name: string) => string;

/** Why something failed, in a clause without anything that the far end chose: codes are the platform's own words. */
export function reasonOf(error: unknown): string {
  if (error instanceof FetchError || error instanceof FarEndError) return error.message;
  const { code, name, syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'open') return `a file of its configuration cannot be read (${code ?? name})`;
  return `it cannot be reached (${typeof code === 'string' ? code : name})`;
}

/** The far end did something that is no receipt. The message is a clause without anything that it chose. */
export class FarEndError extends Error {
  override readonly name = 'FarEndError';
}
