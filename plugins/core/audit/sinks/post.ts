import { readFile } from 'node:fs/promises';
import { fetchAnswer, retryAfterSeconds, type FetchAnswer } from '../../fetch';
import type { Delivery, PathOf } from './far-end';
import { pemOf } from './pem';
import type { SinkSettings } from './sink-schema';

/** Refusals that are about the sink's configuration, the far end's state or its load: no fault of the records. */
const LATER = new Set([401, 403, 404, 405, 407, 408, 421, 425, 429]);
const MOST_ANSWER_BYTES = 1_048_576;

export interface Posted {
  /** Media type, unless the settings name another. */
  readonly type: string;
  /** Stronger than those of the settings. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Posts a body, also with the headers of the settings. @throws FetchError, or the error of a file (rejects). */
export async function post(url: URL, settings: SinkSettings, path: PathOf, sent: Posted): Promise<FetchAnswer> {
  const { type, headers, body } = sent;
  return fetchAnswer(
    url,
    { method: 'POST', headers: { 'Content-Type': type, ...(await headersOf(settings, path)), ...headers }, body },
    {
      timeoutMs: settings.timeout * 1000,
      maxBytes: MOST_ANSWER_BYTES,
      // The operator names the far end; records of the chain have no say in it.
      privateHosts: new Set([url.hostname, url.hostname.replaceAll(/^\[|\]$/g, '')]),
      ...(settings.ca === null ? {} : { ca: [await pemOf(settings.ca, path)] }),
    },
  );
}

/** What a status says of the batch; undefined for 2xx. */
export function refusalOf({ status, headers }: FetchAnswer): Exclude<Delivery, { outcome: 'taken' }> | undefined {
  if (status >= 200 && status < 300) return undefined;
  const why = `it answers ${status}`;
  if (status >= 400 && status < 500 && !LATER.has(status)) return { outcome: 'refused', why };
  return { outcome: 'later', why, after: retryAfterSeconds(headers) };
}

async function headersOf(settings: SinkSettings, path: PathOf): Promise<Record<string, string>> {
  const headers: Record<string, string> = { ...settings.headers };
  for (const [name, file] of Object.entries(settings.header_files ?? {})) {
    headers[name] = (await readFile(path(file), 'utf8')).trim();
  }
  return headers;
}
