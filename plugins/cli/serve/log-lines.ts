import type { Context } from '../shell/context';
import { safeText } from '../shell/safe-text';
import { utc } from '../shell/time-text';

const PINO_WARN = 40;

/** The message of a plugin server's log line when it is a warning or worse; undefined for the others. */
export function serverLine(line: string): string | undefined {
  const record = objectIn(line.slice(line.indexOf('{')));
  const level = record['level'];
  if (typeof level !== 'number' || level < PINO_WARN) return undefined;
  const { message } = itemOf(record['err']);
  return ['plugin server:', record['msg'], message].filter((part) => typeof part === 'string').join(' ');
}

/** One line per request for whoever watches: time, status, method, path, and the gateway's reason or the caller. */
export function accessLine(text: string, context: Context): string {
  const { errorStyle } = context;
  const record = objectIn(text);
  const request = itemOf(record['request']);
  const status = Number(itemOf(record['response'])['status']);
  const modi = itemOf(record['modi']);
  const started = Number(record['started_at']);
  const paint = status < 400 ? errorStyle.good : errorStyle.bad;
  const words = [request['method'], request['uri'], modi['code'] ?? modi['client']].filter(
    (word) => typeof word === 'string',
  );
  return [
    errorStyle.faint(Number.isFinite(started) ? utc(started / 1000) : '-'),
    paint(String(status)),
    ...words.map((word) => safeText(word)),
  ].join(' ');
}

type Item = Readonly<Record<string, unknown>>;

const itemOf = (value: unknown): Item => (typeof value === 'object' && value !== null ? (value as Item) : {});

function objectIn(text: string): Item {
  try {
    return itemOf(JSON.parse(text));
  } catch (error) {
    // A line of plain text has no level and no fields.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
