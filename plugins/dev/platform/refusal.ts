/** The steps of the token endpoint, in their order. */
export type TokenStep = 'dpop' | 'form' | 'assertion' | 'key' | 'signature' | 'state' | 'rate' | 'dpop-jti';

/** Why no voucher is issued. Callers get one opaque code; the reason is for whoever runs the mock. */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal';
  readonly step: TokenStep;

  constructor(step: TokenStep, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.step = step;
  }
}
