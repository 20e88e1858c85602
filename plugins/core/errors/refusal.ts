import { statusOf, type ModiCode, type TokenKind } from './table';

/** What fills the `{placeholders}` of the hint, and what `disclosure: full` shows as expected and found. */
export interface RefusalParams {
  readonly [name: string]: string | number;
}

/** A request is refused. Thrown by checks, answered by the plugin; never an operator's or programmer's mistake. */
export abstract class Refusal extends Error {
  readonly code: ModiCode;
  readonly token: TokenKind | undefined;
  readonly params: RefusalParams;
  readonly status: number;

  constructor(code: ModiCode, params: RefusalParams = {}, token?: TokenKind, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.params = params;
    this.token = token;
    this.status = statusOf(code, token);
  }
}

/** The token, signature, certificate, digest, time or uniqueness is not as it must be. */
export class VerificationError extends Refusal {
  override readonly name = 'VerificationError';
}

/** All is well signed, yet this party may not do this here. */
export class PolicyError extends Refusal {
  override readonly name = 'PolicyError';
}
