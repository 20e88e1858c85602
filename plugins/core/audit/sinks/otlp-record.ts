import { numberOf, tableOf, textOf, type Table } from '../record';
import type { Item } from './batches';
import { accessOf, weightOf } from './weight';

/** SeverityNumber and SeverityText of the log data model. */
const SEVERITY = {
  successful: [9, 'INFO'],
  client_error: [13, 'WARN'],
  server_error: [17, 'ERROR'],
} as const;

/** W3C trace context, version 00: ids that are all zeros name nothing. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * A record as a LogRecord of OTLP, in its JSON form: ids in hexadecimal, 64-bit numbers as strings. Names are those of the
 * semantic conventions where there is one; `log.record.uid` is the one by which receivers may drop what comes twice.
 */
export function logRecord({ id, entry, text }: Item): Table {
  const record = accessOf(entry.members);
  const time = tableOf(record['time']);
  const [severityNumber, severityText] = SEVERITY[weightOf(entry)];
  return {
    timeUnixNano: nanoseconds(time['finished']) ?? nanoseconds(time['accepted']) ?? nanoseconds(entry.at),
    observedTimeUnixNano: nanoseconds(entry.at),
    severityNumber,
    severityText,
    eventName: `modi.audit.${entry.kind}`,
    body: { stringValue: text },
    attributes: attributes({
      'log.record.uid': id,
      'modi.node': entry.node,
      'modi.chain': entry.chain,
      'modi.seq': entry.seq,
      ...callOf(record),
    }),
    ...traceOf(record),
  };
}

function callOf(record: Table): Table {
  const [http, outcome, client] = [tableOf(record['http']), tableOf(record['outcome']), tableOf(record['client'])];
  return {
    'http.request.method': http['method'],
    'url.path': http['uri'],
    'http.response.status_code': outcome['status'],
    'client.address': client['ip'],
    'error.type': outcome['code'],
    'modi.request_id': record['id'],
    'modi.outcome': outcome['result'],
    'modi.client': client['id'],
    'modi.purpose': record['purpose'],
  };
}

function traceOf(record: Table): Table {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(textOf(tableOf(record['ids'])['traceparent']) ?? '') ?? [];
  return traceId === undefined ? {} : { traceId, spanId, flags: Number.parseInt(flags ?? '0', 16) };
}

/** KeyValue pairs; texts and integers alone, what is not known is left out. */
export const attributes = (table: Table): readonly Table[] =>
  Object.entries(table).flatMap(([key, value]): readonly Table[] => {
    const text = textOf(value);
    if (text !== undefined) return [{ key, value: { stringValue: text } }];
    const number = numberOf(value);
    return Number.isSafeInteger(number) ? [{ key, value: { intValue: String(number) } }] : [];
  });

/** Nanoseconds since the epoch of an RFC 3339 text; undefined for any other, as one that was redacted. */
function nanoseconds(time: unknown): string | undefined {
  const milliseconds = Date.parse(textOf(time) ?? '');
  return milliseconds >= 0 ? `${milliseconds}000000` : undefined;
}
