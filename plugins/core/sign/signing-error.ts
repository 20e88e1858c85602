/** What stops a token from being built; all of them are mistakes of whoever signs, none of the peer. */
export type SigningProblem =
  | 'KEY_UNREADABLE'
  | 'KEY_NOT_PRIVATE'
  | 'KEY_TYPE'
  | 'KEY_WEAK'
  | 'KEY_MISMATCH'
  | 'ALGORITHM'
  | 'CERTIFICATE_UNREADABLE'
  | 'CERTIFICATE_MISSING'
  | 'HEADER_MISSING';

/** The signer's own mistake. `problem` is stable; the message names what was found, never key material. */
export class SigningError extends Error {
  override readonly name = 'SigningError';
  readonly problem: SigningProblem;

  constructor(problem: SigningProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
