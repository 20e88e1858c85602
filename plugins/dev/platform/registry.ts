import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { ClientData, EserviceData, OrganizationData, PlatformData, PurposeData } from './data';
import { thumbprintOf } from './dpop';

export interface RegisteredKey {
  readonly kid: string;
  /** A client's id, or that of the e-service whose keychain holds the key. */
  readonly owner: string;
  readonly key: KeyObject;
  readonly jwk: JsonWebKey;
}

export interface KeyEvent {
  /** From 1, without gaps: v1 shows it as it is, v2 and v3 as a UUID that sorts alike. */
  readonly number: number;
  readonly type: 'ADDED' | 'DELETED';
  readonly kid: string;
  readonly clientId: string;
  /** Seconds since the epoch. */
  readonly at: number;
}

/** The data cannot be: said with what it is about. */
export class PlatformDataError extends Error {
  override readonly name = 'PlatformDataError';
}

/** The platform's memory: what was declared, and what has changed since. */
export class Registry {
  readonly organizations: ReadonlyMap<string, OrganizationData>;
  readonly clients: ReadonlyMap<string, ClientData>;
  readonly eservices: ReadonlyMap<string, EserviceData>;
  readonly purposes = new Map<string, PurposeData>();
  readonly clientKeys = new Map<string, RegisteredKey>();
  readonly producerKeys = new Map<string, RegisteredKey>();
  readonly events: KeyEvent[] = [];
  private readonly now: () => number;

  /** @throws PlatformDataError for keys that the platform would not take, and for ids that nobody has. */
  constructor(data: PlatformData, now: () => number) {
    this.now = now;
    this.organizations = byId(data.organizations);
    this.clients = byId(data.clients);
    this.eservices = byId(data.eservices);
    for (const { id, organization, keys } of data.clients) {
      this.require(this.organizations, organization, `client ${id}`);
      for (const pem of keys) this.addKey(id, pem);
    }
    for (const { id, producer, keys = [] } of data.eservices) {
      this.require(this.organizations, producer, `e-service ${id}`);
      for (const pem of keys) put(this.producerKeys, registered(id, pem));
    }
    for (const purpose of data.purposes) this.setPurpose(purpose);
  }

  /** Uploads a public key (PEM) of a client. Answers its kid. */
  addKey(clientId: string, pem: string): string {
    this.require(this.clients, clientId, 'the key');
    const key = registered(clientId, pem);
    put(this.clientKeys, key);
    this.tell('ADDED', key);
    return key.kid;
  }

  /** Deletes a client's key; tells nobody when there is none. */
  deleteKey(kid: string): void {
    const key = this.clientKeys.get(kid);
    if (key === undefined) return;
    this.clientKeys.delete(kid);
    this.tell('DELETED', key);
  }

  /** Adds or replaces a purpose. */
  setPurpose(purpose: PurposeData): void {
    const what = `purpose ${purpose.id}`;
    this.require(this.organizations, purpose.consumer, what);
    this.require(this.eservices, purpose.eservice, what);
    for (const client of purpose.clients) this.require(this.clients, client, what);
    this.purposes.set(purpose.id, purpose);
  }

  private tell(type: KeyEvent['type'], { kid, owner }: RegisteredKey): void {
    this.events.push({ number: this.events.length + 1, type, kid, clientId: owner, at: this.now() });
  }

  private require(known: ReadonlyMap<string, unknown>, id: string, what: string): void {
    if (!known.has(id)) throw new PlatformDataError(`${what} names ${id}, which the data does not have`);
  }
}

const byId = <T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [item.id, item]));

function put(keys: Map<string, RegisteredKey>, key: RegisteredKey): void {
  if (keys.has(key.kid)) throw new PlatformDataError(`the key ${key.kid} is there already`);
  keys.set(key.kid, key);
}

const MINIMUM_BITS = 2048;

/** What the back office takes: a bare public RSA key of at least 2048 bits. */
function registered(owner: string, pem: string): RegisteredKey {
  if (!pem.includes('-----BEGIN PUBLIC KEY-----') && !pem.includes('-----BEGIN RSA PUBLIC KEY-----')) {
    throw new PlatformDataError(`a key of ${owner} is no public key in PEM`);
  }
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < MINIMUM_BITS) {
    throw new PlatformDataError(`a key of ${owner} is not RSA of at least ${MINIMUM_BITS} bits`);
  }
  const jwk = key.export({ format: 'jwk' });
  const kid = thumbprintOf(jwk);
  return { kid, owner, key, jwk: { ...jwk, kid, use: 'sig', alg: 'RS256' } };
}
