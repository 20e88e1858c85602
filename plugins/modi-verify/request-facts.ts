import { createHash } from 'node:crypto';
import type { Headers, TokenState, Verification } from '../core/verify';
import type { JsonValue } from '../runtime/kong';

/** W3C Trace Context 3.2, version 00 and later ones of the same form. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const CORRELATION_ID = /^[\x21-\x7e]{1,128}$/;

type Facts = Record<string, JsonValue | undefined>;

/** Ids by which others know the request, when they have the right form: what a stranger sends must not fill the log. */
export const idsOf = (headers: Headers): Facts => ({
  correlation_id: only(headers, 'x-correlation-id', CORRELATION_ID),
  traceparent: only(headers, 'traceparent', TRACEPARENT),
});

function only(headers: Headers, name: string, form: RegExp): string | undefined {
  const values = headers.get(name) ?? [];
  const [value] = values;
  return values.length === 1 && value !== undefined && form.test(value) ? value : undefined;
}

/** Which key has signed the token, in the words of its JOSE header; of a DPoP proof, the thumbprint of its key. */
export function keyOf({ signer, kid, thumbprint }: TokenState): string | undefined {
  if (signer !== undefined) return `x5t#S256:${signer.certificate.thumbprint}`;
  return kid === undefined ? thumbprint && `jkt:${thumbprint}` : `kid:${kid}`;
}

/** Why the caller may ask at all: purposeId of the voucher, else of the first token that has it. */
export function purposeOf({ tokens, voucher }: Verification): string | undefined {
  if (voucher !== undefined) return voucher.purposeId;
  for (const { claims } of Object.values(tokens)) {
    const purpose = claims?.raw['purposeId'];
    if (typeof purpose === 'string') return purpose;
  }
  return undefined;
}

/**
 * The tokens of a refused request. Of one whose signature holds, the ids; of any, the hash: who has the token can show that
 * it was this one, and nobody can make it again from the log.
 */
export function refusedTokens({ tokens }: Verification): Facts {
  const found = Object.values(tokens).map((token): [string, JsonValue] => {
    const { kind, text, claims } = token;
    // The claims are only there once the signature was found to hold.
    const ids =
      claims === undefined ? {} : { iss: claims.iss, client_id: claims.clientId, jti: claims.jti, key: keyOf(token) };
    return [kind, known({ ...ids, sha256: createHash('sha256').update(text, 'latin1').digest('hex') })];
  });
  return { tokens: found.length === 0 ? undefined : Object.fromEntries(found) };
}

/** Kong's wire turns an absent value into a null; what is not known is left out. */
export function known(facts: Facts): Record<string, JsonValue> {
  const record: Record<string, JsonValue> = {};
  for (const name of Object.keys(facts)) {
    const value = facts[name];
    if (value !== undefined) record[name] = value;
  }
  return record;
}
