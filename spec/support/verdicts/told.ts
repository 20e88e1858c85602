import { Refusal } from '../../../plugins/core/errors';
import type { CertificateFacts } from '../../../plugins/core/trust';
import type { Check, Policy, Verification } from '../../../plugins/core/verify';
import { NOW } from '../verify-route';

export type Json = Readonly<Record<string, unknown>>;

/** What earlier checks have proved, as far as the check at hand needs it. */
export type Given = Omit<Partial<Verification>, 'tokens' | 'policy' | 'headers'> & {
  readonly policy?: Json;
  readonly headers?: Readonly<Record<string, string[]>>;
  readonly tokens?: Json;
};

/** A verification in the middle. */
export const made = ({ policy = {}, headers = {}, tokens = {}, ...given }: Given): Verification => ({
  policy: policy as unknown as Policy,
  headers: new Map(Object.entries(headers)),
  now: NOW,
  tokens: Object.fromEntries(
    Object.entries(tokens).map(([kind, token]) => [kind, { kind, text: 'a.b.c', ...(token as object) }]),
  ),
  ...given,
});

/** What the check has proved; or code, status, token, and all that fills the texts. */
export function told(check: Check, given: Given): unknown {
  const verification = made(given);
  try {
    check.run(verification);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [error.code, error.status, error.token, error.params];
  }
  return check.proved(verification);
}

/** Parts of a token: its claims, and its signer. */
export const claims = (given: Json, raw: Json = {}): Json => ({ claims: { ...given, raw } });
export const certificate = (subject: string): CertificateFacts =>
  ({ subject, thumbprint: `thumbprint of ${subject}` }) as CertificateFacts;
export const signer = (subject: string): Json => ({ signer: { certificate: certificate(subject), links: [] } });
