import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { tableOf } from '../record';
import type { Item } from './batches';
import type { Delivery, FarEnd, PathOf } from './far-end';
import { attributes, logRecord } from './otlp-record';
import { post, refusalOf } from './post';
import type { OpenTelemetrySettings, SinkSettings } from './sink-schema';

const compressed = promisify(gzip);

/**
 * Posts records as OpenTelemetry logs (OTLP/HTTP, JSON). No SDK: one gathers in memory and drops when the far end is down,
 * and here the chain is the queue.
 */
export function otlp(settings: SinkSettings, endpoint: string, path: PathOf): FarEnd {
  const url = new URL(endpoint);
  const isCompressed = settings.opentelemetry.compression === 'gzip';
  const headers = isCompressed ? { 'Content-Encoding': 'gzip' } : {};
  return {
    async deliver(batch) {
      const plain = Buffer.from(JSON.stringify(exportRequest(batch, settings.opentelemetry)), 'utf8');
      const body = isCompressed ? await compressed(plain) : plain;
      const answer = await post(url, settings, path, { type: 'application/json', headers, body });
      return refusalOf(answer) ?? successOf(answer.body);
    },
    close: () => Promise.resolve(),
  };
}

/** ExportLogsServiceRequest. */
function exportRequest(batch: readonly Item[], { resource_attributes }: OpenTelemetrySettings): object {
  const resource = {
    'service.name': 'modi-audit',
    'service.instance.id': batch[0]?.entry.node,
    ...resource_attributes,
  };
  const scopeLogs = [{ scope: { name: 'kong-plugin-modi' }, logRecords: batch.map(logRecord) }];
  return { resourceLogs: [{ resource: { attributes: attributes(resource) }, scopeLogs }] };
}

/**
 * A success may be partial: some records were rejected, it is not said which, and the request must not be sent again. What
 * is no answer of OTLP, as a page of a proxy, is no success.
 */
function successOf(body: Buffer): Delivery {
  if (body.length === 0) return { outcome: 'taken' };
  const answer = parsed(body);
  if (answer === undefined) return { outcome: 'later', why: 'its answer is not one of OTLP' };
  const rejected = Number(tableOf(tableOf(answer)['partialSuccess'])['rejectedLogRecords'] ?? 0);
  if (rejected === 0) return { outcome: 'taken' };
  return { outcome: 'refused', whole: true, why: 'it rejects some records of the batch and does not say which' };
}

function parsed(body: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
