import { FetchError } from '../fetch';

/** The platform did not do what it was asked. The message is one ASCII clause without anything that it chose. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError';
  /** It answered, and asking again changes nothing. */
  readonly permanent: boolean;
  /** Seconds after which it wants to be asked again. */
  readonly retryAfter: number | undefined;

  constructor(message: string, options: ErrorOptions & { permanent?: boolean; retryAfter?: number | undefined } = {}) {
    super(message, options);
    this.permanent = options.permanent ?? false;
    this.retryAfter = options.retryAfter;
  }
}

/** What is wrong, as one clause, for logs; ASCII. */
export function clauseOf(error: unknown): string {
  if (error instanceof PlatformError || error instanceof FetchError) return error.message;
  return `it failed with ${error instanceof Error ? error.name : 'no error'}`;
}
