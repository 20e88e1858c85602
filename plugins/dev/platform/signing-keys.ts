import { createPrivateKey, createPublicKey, randomUUID, type JsonWebKey, type KeyObject } from 'node:crypto';
import { newRsaPem } from '../../core/pki';

export interface PlatformKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: JsonWebKey & { readonly kid: string; readonly alg: string; readonly use: string };
}

/** Makes a private RSA key of at least 2048 bits. */
export type KeyMaker = () => KeyObject;

export const makeRsaKey: KeyMaker = () => createPrivateKey(newRsaPem());

/** The keys that the platform signs with. A new one is announced, then used; the one before stays until it is retired. */
export class SigningKeys {
  private readonly published: PlatformKey[] = [];
  private readonly make: KeyMaker;
  private active: PlatformKey;

  constructor(make: KeyMaker) {
    this.make = make;
    this.active = this.publish();
  }

  get current(): PlatformKey {
    return this.active;
  }

  /** Publishes a new key and does not use it yet. Answers its kid. */
  announce(): string {
    return this.publish().kid;
  }

  /** Signs with the newest key from now on. */
  activate(): void {
    this.active = this.published.at(-1) ?? this.active;
  }

  /** Withdraws every key but the one in use. */
  retire(): void {
    this.published.splice(0, this.published.length, this.active);
  }

  jwks(): { readonly keys: readonly object[] } {
    return { keys: this.published.map(({ jwk }) => jwk) };
  }

  private publish(): PlatformKey {
    const privateKey = this.make();
    const kid = randomUUID();
    const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
    const key = { kid, privateKey, jwk: { ...jwk, kid, alg: 'RS256', use: 'sig' } };
    this.published.push(key);
    return key;
  }
}
