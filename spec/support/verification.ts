import { Refusal } from '../../plugins/core/errors';
import type { Check, Policy, TokenState, Verification } from '../../plugins/core/verify';

export type Json = Readonly<Record<string, unknown>>;
export type Kind = TokenState['kind'];

const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A verification with one token: its header and payload as they would be sent, and what else earlier checks proved. */
export function made(kind: Kind, token: Json, policy: Json = {}, further: Json = {}): Verification {
  const { header = {}, payload = {}, ...proved } = token;
  const parts = { header: encoded(header), payload: encoded(payload), signature: '' };
  const tokens = { [kind]: { kind, text: 'a.b.c', parts, ...proved } };
  return { policy: policy as unknown as Policy, headers: new Map(), now: 0, tokens, ...further };
}

/** The verification after the check; or code, token, and all that fills the texts. */
export function judged(check: Check, verification: Verification): unknown {
  try {
    check.run(verification);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [error.code, error.token, error.params];
  }
  return verification;
}
