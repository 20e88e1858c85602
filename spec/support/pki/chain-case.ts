import type { KeyObject } from 'node:crypto';
import type { ModiCode } from '../../../plugins/core/errors';

/** A chain as a token would bring it, and what has to become of it under the mock PKI's anchor. */
export interface ChainCase {
  readonly name: string;
  readonly x5c: readonly Buffer[];
  /** Of the first certificate, so that a token can be signed with it. */
  readonly privateKey: KeyObject;
  readonly verdict: 'accepted' | ModiCode;
  /** Part of the refusal's reason or finding, where two rules share a code. */
  readonly telling?: string;
  readonly maxChain?: number;
  readonly extendedKeyUsage?: readonly string[];
  /** Why OpenSSL judges otherwise; absent where both have the same rule. */
  readonly opensslDiffers?: string;
}

/** A case that ends in a refusal; `more` says what else the case needs. */
export const refused = (
  name: string,
  verdict: ModiCode,
  { privateKey }: Pick<ChainCase, 'privateKey'>,
  x5c: readonly Buffer[],
  more: Partial<ChainCase> = {},
): ChainCase => ({ name, verdict, privateKey, x5c, ...more });

export const UNTRUSTED: ModiCode = 'MODI_CERTIFICATE_UNTRUSTED';
export const CONSTRAINT: ModiCode = 'MODI_CERTIFICATE_CONSTRAINT';
export const USAGE: ModiCode = 'MODI_CERTIFICATE_USAGE';
export const MALFORMED: ModiCode = 'MODI_X5C_MALFORMED';
