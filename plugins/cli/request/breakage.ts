import type { KeyObject } from 'node:crypto';
import type { Localized, ModiCode } from '../../core/errors';
import type { SignedToken } from '../../core/sign';
import type { WireRequest } from './wire';

/** One way to spoil a correct request, and the code with which a gateway refuses it. */
export interface Breakage {
  readonly about: Localized;
  readonly expect: ModiCode;
  /** What the request must have for the breakage to mean anything. */
  readonly needs?: 'authorization' | 'integrity' | 'jti';
  /** Changes a token before it is signed again. */
  readonly token?: (token: SignedToken) => SignedToken;
  /** Signs a token, where the ordinary signature is what gets spoilt. */
  readonly sign?: (token: SignedToken, key: KeyObject) => Promise<string> | string;
  /** Changes what goes out. */
  readonly wire?: (wire: WireRequest) => WireRequest;
  /** The very same request is sent before, and it is the second that counts. */
  readonly twice?: true;
}
