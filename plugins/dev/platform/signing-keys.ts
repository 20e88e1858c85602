import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';

export interface PlatformKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: JsonWebKey & { readonly kid: string; readonly alg: string; readonly use: string };
}

/** Makes a private RSA key of at least 2048 bits. */
export type KeyMaker = () => KeyObject;

// By way of its text: Node 20 may stand still for ever when a pair is collected while its own key is being exported.
export const makeRsaKey: KeyMaker = () =>
  createPrivateKey(
    generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { format: 'pem', type: 'spki' },
      privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
    }).privateKey,
  );

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
