import type { Item } from './batches';
import type { FarEnd, PathOf } from './far-end';
import { post, refusalOf } from './post';
import type { SinkSettings } from './sink-schema';

/**
 * Posts batches to an HTTP server. Only a 2xx is an acknowledgement. `Idempotency-Key` names node, numbers and the hash of the
 * last record, which through the chain stands for all before it: the same batch has the same key for ever.
 */
export function httpBatch(settings: SinkSettings, endpoint: string, path: PathOf): FarEnd {
  const url = new URL(endpoint);
  const type = settings.format === 'json' ? 'application/json' : 'application/x-ndjson';
  return {
    async deliver(batch) {
      const sent = { type, headers: { 'Idempotency-Key': keyOf(batch) }, body: bodyOf(settings, batch) };
      const answer = await post(url, settings, path, sent);
      return refusalOf(answer) ?? { outcome: 'taken' };
    },
    close: () => Promise.resolve(),
  };
}

function keyOf(batch: readonly Item[]): string {
  const [first, last] = [batch[0]?.entry, batch.at(-1)?.entry];
  return `${first?.node ?? ''}/${first?.seq ?? 0}-${last?.seq ?? 0}/${last?.hash ?? ''}`;
}

function bodyOf({ format }: SinkSettings, batch: readonly Item[]): Buffer {
  const texts = batch.map(({ text }) => text);
  return Buffer.from(format === 'json' ? `[${texts.join(',')}]` : texts.map((text) => `${text}\n`).join(''), 'utf8');
}
