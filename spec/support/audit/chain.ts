import { mkdirSync } from 'node:fs';
import { ChainWriter, openSigner, type ChainSigner, type WriterOptions } from '../../../plugins/core/audit';
import { newKeyPair, type KeyKind } from '../../../plugins/core/pki';

/** The time at which chains of tests begin: 2026-11-23T10:00:00Z, in milliseconds. */
export const START = Date.parse('2026-11-23T10:00:00Z');

/** A bare key to seal chains with, made for the test. */
export async function chainSigner(kind: KeyKind = 'EC-P256'): Promise<ChainSigner> {
  const { privateKey } = await newKeyPair(kind);
  return signerOf(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

/** A key, with its certificate when there is one, as the collector reads it. */
export const signerOf = (pem: string, certificate: string | null = null): ChainSigner =>
  openSigner({
    file: pem,
    format: 'pem',
    password: null,
    password_file: null,
    kid: null,
    certificate,
    algorithm: null,
  });

/** A clock that stands still unless it is moved. */
export class Clock {
  ms = START;
  readonly now = (): number => this.ms;
}

export type ChainOptions = Partial<WriterOptions> & { readonly directory: string; readonly signer: () => ChainSigner };

let chains = 0;

export function writerOptions(options: ChainOptions): WriterOptions {
  return {
    node: 'kong-1',
    organization: 'Ente di prova',
    every: 10,
    seconds: 60,
    segmentBytes: 64 * 1024 * 1024,
    now: () => START,
    newId: () => `chain-${(chains += 1)}`,
    ...options,
  };
}

/** Opens or begins a chain; the folder is made when it is not there. */
export function openChain(options: ChainOptions): Promise<ChainWriter> {
  mkdirSync(options.directory, { recursive: true });
  return ChainWriter.open(writerOptions(options), { collector: 'test' }, () => ({}));
}

/** Records that an exchange could have left. */
export const someRecord = (number: number) => ({
  kind: 'access',
  members: { record: { id: `request-${number}`, http: { method: 'GET', status: 200 }, note: `è il ${number}` } },
});

/** Appends records one by one, numbered from `first`. */
export async function appendSome(writer: ChainWriter, count: number, first = 1): Promise<void> {
  for (let number = first; number < first + count; number += 1) {
    await writer.append([someRecord(number)], { last: number });
  }
}
