import { readFile } from 'node:fs/promises';
import { fetchAnswer, FetchError } from '../../fetch';
import type { Item } from './batches';
import type { SinkSettings } from './sink-schema';

/** What became of a batch: taken; refused for good, whatever is tried; or not taken now. */
export type Delivery = { readonly outcome: 'taken' } | { readonly outcome: 'refused' | 'later'; readonly why: string };

export type Send = (node: string, batch: readonly Item[]) => Promise<Delivery>;

/** Refusals that are about the sink's configuration, the far end's state or its load: no fault of the records. */
const LATER = new Set([401, 403, 404, 405, 407, 408, 421, 425, 429]);
const MOST_ANSWER_BYTES = 1_048_576;

/**
 * Posts batches to an HTTP server. Only a 2xx is an acknowledgement. `Idempotency-Key` names node, numbers and the hash of the
 * last record, which through the chain stands for all before it: the same batch has the same key for ever.
 *
 * @param path makes a path of the settings absolute
 */
export function httpBatch(settings: SinkSettings, path: (name: string) => string): Send {
  const url = new URL(settings.http_endpoint);
  return async (node, batch) => {
    try {
      const { status } = await fetchAnswer(
        url,
        {
          method: 'POST',
          headers: { ...(await headersOf(settings, path)), 'Idempotency-Key': keyOf(node, batch) },
          body: bodyOf(settings, batch),
        },
        {
          timeoutMs: settings.timeout * 1000,
          maxBytes: MOST_ANSWER_BYTES,
          // The operator names the far end; records of the chain have no say in it.
          privateHosts: new Set([url.hostname, url.hostname.replaceAll(/^\[|\]$/g, '')]),
          ...(settings.ca === null ? {} : { ca: [await authorities(settings.ca, path)] }),
        },
      );
      return judged(status);
    } catch (error) {
      if (error instanceof FetchError) return { outcome: 'later', why: error.message };
      const { code } = error as NodeJS.ErrnoException;
      return { outcome: 'later', why: `it cannot be sent (${code ?? (error as Error).name})` };
    }
  };
}

function judged(status: number): Delivery {
  if (status >= 200 && status < 300) return { outcome: 'taken' };
  const isFinal = status >= 400 && status < 500 && !LATER.has(status);
  return { outcome: isFinal ? 'refused' : 'later', why: `it answers ${status}` };
}

const keyOf = (node: string, batch: readonly Item[]): string =>
  `${node}/${batch[0]?.seq ?? 0}-${batch.at(-1)?.seq ?? 0}/${batch.at(-1)?.hash ?? ''}`;

function bodyOf({ format }: SinkSettings, batch: readonly Item[]): Buffer {
  const texts = batch.map(({ text }) => text);
  return Buffer.from(format === 'json' ? `[${texts.join(',')}]` : texts.map((text) => `${text}\n`).join(''), 'utf8');
}

async function headersOf(settings: SinkSettings, path: (name: string) => string): Promise<Record<string, string>> {
  const headers: Record<string, string> = {
    'Content-Type': settings.format === 'json' ? 'application/json' : 'application/x-ndjson',
    ...settings.headers,
  };
  for (const [name, file] of Object.entries(settings.header_files ?? {})) {
    headers[name] = (await readFile(path(file), 'utf8')).trim();
  }
  return headers;
}

const authorities = async (ca: string, path: (name: string) => string): Promise<string> =>
  ca.includes('-----BEGIN') ? ca : readFile(path(ca), 'utf8');
