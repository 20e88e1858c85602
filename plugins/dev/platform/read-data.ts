import { createPublicKey } from 'node:crypto';
import { parse, YAMLParseError } from 'yaml';
import type { ClientData, DescriptorData, EserviceData, OrganizationData, PlatformData, PurposeData } from './data';
import { isUuid } from './read-token';
import { PlatformDataError } from './registry';

/** Answers the bytes behind a path of the data. */
export type KeyFile = (path: string) => string;

/**
 * Reads the data of a mock platform from YAML or JSON. A key is PEM text or the path of a PEM file; a private key stands
 * for its public one, which is all that is kept.
 *
 * @throws PlatformDataError naming the place; whatever `keyFile` throws.
 */
export function readPlatformData(text: string, keyFile: KeyFile): PlatformData {
  const root = new Node('the file', parsed(text)).object(['organizations', 'clients', 'eservices', 'purposes']);
  return {
    organizations: root.list('organizations').map(organization),
    clients: root.list('clients').map((node) => client(node, keyFile)),
    eservices: root.list('eservices').map((node) => eservice(node, keyFile)),
    purposes: root.list('purposes').map(purpose),
  };
}

function parsed(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new PlatformDataError(error.message, { cause: error });
  }
}

function organization(node: Node): OrganizationData {
  const fields = node.object(['id', 'name', 'origin', 'code']);
  return { id: fields.id('id'), name: fields.text('name'), origin: fields.text('origin'), code: fields.text('code') };
}

function client(node: Node, keyFile: KeyFile): ClientData {
  const fields = node.object(['id', 'name', 'organization', 'kind', 'keys']);
  return {
    id: fields.id('id'),
    name: fields.text('name'),
    organization: fields.id('organization'),
    kind: fields.one('kind', ['consumer', 'api']),
    keys: fields.texts('keys').map((value) => publicKey(value, keyFile)),
  };
}

function eservice(node: Node, keyFile: KeyFile): EserviceData {
  const fields = node.object(['id', 'name', 'producer', 'descriptors'], ['keys']);
  return {
    id: fields.id('id'),
    name: fields.text('name'),
    producer: fields.id('producer'),
    descriptors: fields.list('descriptors').map(descriptor),
    keys: fields.texts('keys').map((value) => publicKey(value, keyFile)),
  };
}

function descriptor(node: Node): DescriptorData {
  const fields = node.object(['id', 'audience', 'lifespan', 'state']);
  return {
    id: fields.id('id'),
    audience: fields.texts('audience'),
    lifespan: fields.seconds('lifespan'),
    state: fields.one('state', ['PUBLISHED', 'DEPRECATED', 'SUSPENDED', 'ARCHIVED']),
  };
}

function purpose(node: Node): PurposeData {
  const fields = node.object(['id', 'title', 'consumer', 'eservice', 'descriptor', 'state', 'clients']);
  return {
    id: fields.id('id'),
    title: fields.text('title'),
    consumer: fields.id('consumer'),
    eservice: fields.id('eservice'),
    descriptor: fields.id('descriptor'),
    state: fields.one('state', ['ACTIVE', 'SUSPENDED', 'ARCHIVED']),
    clients: fields.texts('clients'),
  };
}

function publicKey(value: string, keyFile: KeyFile): string {
  const pem = value.includes('-----BEGIN') ? value : keyFile(value);
  if (!pem.includes('PRIVATE KEY')) return pem;
  return createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString();
}

/** A value with the place where it stands. */
class Node {
  private readonly place: string;
  private readonly value: unknown;

  constructor(place: string, value: unknown) {
    this.place = place;
    this.value = value;
  }

  /** With these members and no others: a word mistyped would otherwise have no effect. */
  object(required: readonly string[], optional: readonly string[] = []): Fields {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.wrong('must be a mapping');
    const foreign = Object.keys(value).find((name) => !required.includes(name) && !optional.includes(name));
    if (foreign !== undefined) throw this.wrong(`has no member ${foreign}; its members are ${required.join(', ')}`);
    const missing = required.find((name) => !(name in value));
    if (missing !== undefined) throw this.wrong(`lacks ${missing}`);
    return new Fields(this.place, value as Readonly<Record<string, unknown>>);
  }

  text(): string {
    if (typeof this.value !== 'string' || this.value === '') throw this.wrong('must be a text');
    return this.value;
  }

  list(): readonly Node[] {
    if (!Array.isArray(this.value)) throw this.wrong('must be a list');
    return (this.value as unknown[]).map((item, index) => new Node(`${this.place}[${index + 1}]`, item));
  }

  seconds(): number {
    if (!Number.isInteger(this.value) || Number(this.value) < 1) throw this.wrong('must be a whole number of seconds');
    return Number(this.value);
  }

  wrong(problem: string): PlatformDataError {
    return new PlatformDataError(`${this.place} ${problem}`);
  }
}

class Fields {
  private readonly place: string;
  private readonly values: Readonly<Record<string, unknown>>;

  constructor(place: string, values: Readonly<Record<string, unknown>>) {
    this.place = place;
    this.values = values;
  }

  text = (name: string): string => this.at(name).text();
  seconds = (name: string): number => this.at(name).seconds();
  list = (name: string): readonly Node[] => this.at(name).list();
  texts = (name: string): readonly string[] => (name in this.values ? this.list(name).map((item) => item.text()) : []);

  id(name: string): string {
    const text = this.text(name);
    if (!isUuid(text)) throw this.at(name).wrong('must be a UUID in lower case');
    return text;
  }

  one<T extends string>(name: string, choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.values[name]);
    if (found === undefined) throw this.at(name).wrong(`must be one of ${choices.join(', ')}`);
    return found;
  }

  private at(name: string): Node {
    return new Node(this.place === 'the file' ? name : `${this.place}.${name}`, this.values[name]);
  }
}
